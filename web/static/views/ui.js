// The building blocks of all views. Elements are created by name and filled with text nodes. Nothing
// here leads to innerHTML, and Trusted Types prevent it elsewhere.

const SVG = "http://www.w3.org/2000/svg";

/** h creates an element. Functions become listeners, true an empty attribute, false and null none. */
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

/** icon shows a symbol of index.html. It is decoration; the text next to it has the meaning. */
export function icon(name, className = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** sr is text for screen readers only. */
export const sr = (text) => h("span", { class: "sr" }, text);

/** announce reads a text to screen readers without moving the focus. */
export function announce(text) {
  const live = document.getElementById("live");
  live.textContent = "";
  requestAnimationFrame(() => { live.textContent = text; }); // so that the same text twice is announced twice
}

let page = "";
let unread = "";

/** title sets the page's title in tab and history, and for screen readers. */
export function title(text) {
  page = text;
  paintTitle();
}

/** unreadInTitle puts the count first, where a narrow tab still shows it. */
export function unreadInTitle(label) {
  unread = label;
  paintTitle();
}

function paintTitle() {
  document.title = `${unread && `(${unread}) `}${page} · Sealpost`;
}

/** seal is a user's mark: the initial on a wax seal. */
export function seal(name, { broken = false } = {}) {
  return h("span", { class: broken ? "seal broken" : "seal", "aria-hidden": "true" },
    icon("seal", "seal-wax"), h("span", {}, ([...(name || "?")][0] ?? "?").toLocaleUpperCase()));
}

export function button(label, props = {}, ...more) {
  return h("button", { type: "button", class: "button", ...props }, ...more, label);
}

let fields = 0;

/** field is a labelled input with reserved space for a hint and an error, so that neither moves the page. */
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

/** password adds a button that shows the typed text, because users lock themselves out with masked fields. */
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

/** notice is a message in the page. Screen readers read an error at once, other notices later. */
export function notice(kind, heading, ...body) {
  return h("div", { class: `notice ${kind}`, role: kind === "error" || kind === "offline" ? "alert" : "status" },
    icon(kind === "good" ? "check" : "alert"), h("div", {}, h("p", { class: "strong" }, heading), ...body));
}

/** problem shows a Problem, with the id to quote and a retry. */
export function problem(p, retry) {
  const help = p.requestId && p.kind === "server" &&
    h("p", { class: "quiet" }, "If it stays so, quote the request id ", h("code", { class: "rid" }, p.requestId), ".");
  return notice(p.kind === "offline" ? "offline" : "error", p.title || "Something failed on this page", p.detail && h("p", {}, p.detail), help,
    retry && button("Try again", { class: "button small", onclick: retry }));
}

/** form runs one action at a time. The button is busy meanwhile, and a failure is shown above it. */
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

/** show puts a notice in its place and scrolls to it. */
export function show(status, what) {
  status.replaceChildren(what);
  status.scrollIntoView({ block: "nearest" });
}

/** busy keeps the button focusable (disabled would remove the focus) and its width constant. */
export function busy(el, on) {
  el.setAttribute("aria-disabled", String(on));
  el.classList.toggle("busy", on);
}

/** check shows the first failing field's message, focuses the field and returns false. */
export function check(...rules) {
  const [failing] = rules.filter(([, ok]) => !ok);
  if (!failing) return true;
  const [f, , text] = failing;
  f.fail(text);
  f.input.focus();
  return false;
}

/** accountPage is the frame of all views before sign-in. */
export function accountPage(outlet, heading, lead, ...body) {
  title(heading);
  const h1 = h("h1", { tabindex: "-1" }, heading);
  outlet.replaceChildren(h("div", { class: "account" },
    h("div", { class: "masthead" }, icon("mark", "mark"), h("p", { class: "wordmark" }, "Sealpost")),
    h("div", { class: "card" }, h1, h("p", { class: "lead" }, lead), ...body)));
  return h1;
}
