// The registered users, with a search and whether each can receive messages.

import { search, shown } from "../lib/names.js";
import * as people from "../state/people.js";
import { href } from "../state/router.js";
import * as session from "../state/session.js";
import { h, icon, problem, seal, title } from "./ui.js";
import { slowly } from "./slow.js";

const SHOWN = 200; // more rows than anyone reads; the search narrows them down
const AGAIN = 3000; // ms until the next check while a user's key is being created

export default function show(outlet, route, signal) {
  title("People");
  const input = h("input", { class: "input", type: "search", id: "who", autocomplete: "off", spellcheck: "false", placeholder: "Search by name", oninput: () => paint() });
  const list = h("ul", { class: "people" });
  const status = h("div", { class: "status", role: "status" });
  const state = { users: [], complete: false };
  outlet.replaceChildren(h("div", { class: "page" }, h("h1", { tabindex: "-1" }, "People"),
    h("div", { class: "search" }, h("label", { class: "sr", for: "who" }, "Search by name"), icon("search"), input), status, list));
  const paint = () => render(state, input.value, list, status);
  list.replaceChildren(...skeleton());
  load(state, { paint, status, list, signal });
}

async function load(state, view) {
  const { paint, status, list, signal } = view;
  const done = slowly(status, signal);
  try {
    state.users = await people.all(session.who().userId, { signal, onPage: (users) => { state.users = users; if (!signal.aborted) paint(); } });
    state.complete = true;
    done();
    paint();
    if (state.users.some((u) => !u.ready)) later(state, view);
  } catch (error) {
    done();
    if (signal.aborted) return;
    if (state.users.length === 0) list.replaceChildren();
    status.replaceChildren(problem(error, () => { status.replaceChildren(); load(state, view); }));
  }
}

function later(state, view) {
  const timer = setTimeout(() => {
    people.forget();
    load(state, view);
  }, AGAIN);
  view.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
}

function render({ users, complete }, query, list, status) {
  const hits = search(users, query);
  list.replaceChildren(...hits.slice(0, SHOWN).map(row));
  const words = summary(hits.length, query.trim(), complete);
  if (status.textContent !== words) status.textContent = words;
}

function summary(n, query, complete) {
  if (n === 0 && query && complete) return `There is nobody called “${query}” here. They may not have signed up yet.`;
  if (n === 0) return complete ? "" : "Searching…";
  const more = complete ? "" : ", and still loading";
  if (n > SHOWN) return `${n} people${more}; the first ${SHOWN} are shown. Search to find others.`;
  return `${n === 1 ? "1 person" : `${n} people`}${more}`;
}

function row(user) {
  const self = user.userId === session.who().userId;
  return h("li", { class: user.ready ? "person" : "person waiting" }, seal(user.username, { broken: true }),
    h("span", { class: "person-name" }, shown(user), self && h("span", { class: "quiet" }, " (you)")),
    h("span", { class: "readiness" }, user.ready && icon("check"), user.ready ? "Ready to receive" : "Not ready yet"),
    user.ready ? h("a", { class: "button small", href: href("write", "", { to: user.username }), "aria-label": `Write to ${shown(user)}` }, "Write") : h("span", { class: "button-room" }));
}

const skeleton = () => Array.from({ length: 4 }, () => h("li", { class: "skeleton", "aria-hidden": "true" },
  h("span", { class: "bone round" }), h("span", { class: "bone" }), h("span", { class: "bone short" })));
