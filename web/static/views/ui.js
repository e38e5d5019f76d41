// What every view is built of. Elements are made by name and filled with text nodes: there is no
// way from here to innerHTML, and Trusted Types make sure that there is none anywhere else.

const SVG = "http://www.w3.org/2000/svg";

/** h makes an element. Functions become listeners, true an empty attribute, false and null none. */
export function h(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") el.addEventListener(name.slice(2), value);
    else if (value === true) el.setAttribute(name, "");
    else if (value !== false && value != null) el.setAttribute(name, value);
  }
  el.append(...children.flat(2).filter((c) => c != null && c !== false));
  return el;
}

/** icon shows a symbol of index.html. It is decoration: the text beside it carries the meaning. */
export function icon(name, className = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** hidden text is for those who listen to the page. */
export const sr = (text) => h("span", { class: "sr" }, text);

/** announce says a thing to screen readers without moving the focus. */
export function announce(text) {
  const live = document.getElementById("live");
  live.textContent = "";
  requestAnimationFrame(() => { live.textContent = text; }); // the same words twice are two messages
}

let page = "";
let unread = "";

/** title names the page in tab, history and for screen readers. */
export function title(text) {
  page = text;
  paintTitle();
}

/** unreadInTitle puts the count in front, where a narrow tab still shows it. */
export function unreadInTitle(label) {
  unread = label;
  paintTitle();
}

function paintTitle() {
  document.title = `${unread && `(${unread}) `}${page} · Sealpost`;
}

/** seal is the mark of a person: their initial pressed into wax. */
export function seal(name, { broken = false } = {}) {
  return h("span", { class: broken ? "seal broken" : "seal", "aria-hidden": "true" },
    icon("seal", "seal-wax"), h("span", {}, ([...(name || "?")][0] ?? "?").toLocaleUpperCase()));
}

export function button(label, props = {}, ...more) {
  return h("button", { type: "button", class: "button", ...props }, ...more, label);
}

let fields = 0;

/** field is a labelled input with room for a hint and an error, so that neither moves the page. */
export function field(label, { hint = "", ...props } = {}) {
  const id = `f${++fields}`;
  const input = h("input", {
    id, class: "input", autocapitalize: "none", spellcheck: "false",
    "aria-describedby": `${id}-note`, ...props,
  });
  const note = h("p", { id: `${id}-note`, class: "note" }, hint);
  const root = h("div", { class: "field" }, h("label", { for: id }, label), input, note);
  const fail = (text) => {
    note.textContent = text || hint;
    note.classList.toggle("bad", Boolean(text));
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  input.addEventListener("input", () => fail(""));
  return { root, input, fail, get value() { return input.value; } };
}

/** password adds the button that shows what was typed: a masked field is where people lock themselves out. */
export function password(label, props) {
  const f = field(label, { type: "password", ...props });
  const toggle = h("button", { type: "button", class: "reveal", "aria-pressed": "false", "aria-label": "Show password", onclick: () => {
    const shown = f.input.type === "text";
    f.input.type = shown ? "password" : "text";
    toggle.setAttribute("aria-pressed", String(!shown));
    toggle.textContent = shown ? "Show" : "Hide";
  } }, "Show");
  const box = h("div", { class: "revealable" });
  f.input.replaceWith(box);
  box.append(f.input, toggle);
  return f;
}

/** notice is a message in the page. An error speaks up by itself; anything else waits its turn. */
export function notice(kind, heading, ...body) {
  return h("div", { class: `notice ${kind}`, role: kind === "error" || kind === "offline" ? "alert" : "status" },
    icon(kind === "good" ? "check" : "alert"), h("div", {}, h("p", { class: "strong" }, heading), ...body));
}

/** problem shows a Problem, with the id to quote and a way on. */
export function problem(p, retry) {
  const help = p.requestId && p.kind === "server" &&
    h("p", { class: "quiet" }, "If it stays so, quote the request id ", h("code", { class: "rid" }, p.requestId), ".");
  return notice(p.kind === "offline" ? "offline" : "error", p.title || "Something failed on this page", p.detail && h("p", {}, p.detail), help,
    retry && button("Try again", { class: "button small", onclick: retry }));
}

/** form runs one action at a time: the button is busy meanwhile, and a failure is shown above it. */
export function form(label, parts, action) {
  const status = h("div", { class: "status" });
  const submit = h("button", { type: "submit", class: "button primary wide" }, label);
  const el = h("form", { novalidate: true, class: "form", onsubmit: async (event) => {
    event.preventDefault();
    if (submit.getAttribute("aria-disabled") === "true") return;
    busy(submit, true);
    status.replaceChildren();
    try {
      await action();
    } catch (error) {
      if (error?.name !== "AbortError") show(status, problem(error));
    } finally {
      busy(submit, false);
    }
  } }, ...parts, status, submit);
  return { el, status, submit };
}

/** show puts a notice in its place, and the place in sight. */
export function show(status, what) {
  status.replaceChildren(what);
  status.scrollIntoView({ block: "nearest" });
}

/** busy keeps the button focusable (disabled would throw the focus away) and its width the same. */
export function busy(el, on) {
  el.setAttribute("aria-disabled", String(on));
  el.classList.toggle("busy", on);
}

/** check shows the first failing field's message, puts the focus there and returns false. */
export function check(...rules) {
  const [failing] = rules.filter(([, ok]) => !ok);
  if (!failing) return true;
  const [f, , text] = failing;
  f.fail(text);
  f.input.focus();
  return false;
}

/** accountPage is the frame of everything that happens before one is in. */
export function accountPage(outlet, heading, lead, ...body) {
  title(heading);
  const h1 = h("h1", { tabindex: "-1" }, heading);
  outlet.replaceChildren(h("div", { class: "account" },
    h("div", { class: "masthead" }, icon("mark", "mark"), h("p", { class: "wordmark" }, "Sealpost")),
    h("div", { class: "card" }, h1, h("p", { class: "lead" }, lead), ...body)));
  return h1;
}
