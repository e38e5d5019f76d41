// Addresses are in the fragment, because paths belong to the API (/messages, /users) in the embedded
// backend and to files on CloudFront. Neither backend needs a rewrite rule. Addresses contain only
// names and ids.

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
    return ""; // ignore a broken escape in a hand-written address
  }
}

/** href returns the address of a view. */
export function href(name, arg = "", query = {}) {
  const search = new URLSearchParams(query).toString();
  return `#/${name}${arg && `/${encodeURIComponent(arg)}`}${search && `?${search}`}`;
}

/** go shows another view. With replace the present one is removed from the history. */
export function go(address, { replace = false } = {}) {
  if (location.hash === address) {
    dispatchEvent(new Event("hashchange"));
  } else if (replace) {
    location.replace(address);
  } else {
    location.hash = address;
  }
}

/** onRoute calls fn now and whenever the address changes. "#main" and the like are anchors. */
export function onRoute(fn) {
  const route = () => {
    if (location.hash === "" || location.hash.startsWith("#/")) fn(parse(location.hash));
  };
  addEventListener("hashchange", route);
  route();
}
