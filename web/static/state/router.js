// The page's addresses live behind the # because the paths in front of it belong to the
// API (/messages, /users) in the embedded home and to files on CloudFront: no server has to
// know them, and no rewrite rule is needed in either home. They carry names and ids only.

/** parse reads "#/inbox/ID?to=x" as {name: "inbox", arg: "ID", query}. */
export function parse(hash) {
  const [path, search = ""] = hash.replace(/^#\/?/, "").split("?");
  const [name = "", arg = ""] = path.split("/");
  return { name, arg: decode(arg), query: new URLSearchParams(search) };
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return ""; // a hand-made address with a broken escape is no reason to fail
  }
}

/** href makes the address of a view. */
export function href(name, arg = "", query = {}) {
  const search = new URLSearchParams(query).toString();
  return `#/${name}${arg && `/${encodeURIComponent(arg)}`}${search && `?${search}`}`;
}

/** go shows another view. With replace the present one leaves no trace in the history. */
export function go(address, { replace = false } = {}) {
  if (location.hash === address) {
    dispatchEvent(new Event("hashchange"));
  } else if (replace) {
    location.replace(address);
  } else {
    location.hash = address;
  }
}

/** onRoute calls fn now and whenever the address changes. "#main" and its like are anchors. */
export function onRoute(fn) {
  const route = () => {
    if (location.hash === "" || location.hash.startsWith("#/")) fn(parse(location.hash));
  };
  addEventListener("hashchange", route);
  route();
}
