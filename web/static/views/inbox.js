// The inbox: on the left a list of all or of unread messages, on the right the opened message. A phone
// shows one at a time.

import { bytes, when, whenInFull } from "../lib/format.js";
import { shown } from "../lib/names.js";
import * as mailbox from "../state/mailbox.js";
import { href } from "../state/router.js";
import { announce, button, h, problem, seal, sr, title } from "./ui.js";
import { nothingUnread, welcome } from "./empty.js";
import { openMessage, placeholder } from "./message.js";
import { slowly } from "./slow.js";

export default function show(outlet, route, signal) {
  const view = new Inbox(outlet, signal);
  view.update(route);
  signal.addEventListener("abort", () => mailbox.choose(false));
  return view;
}

/** address returns the address of one of the two lists, or of a message next to it. */
const address = (unreadOnly, id = "") => href("inbox", id, unreadOnly ? { unread: true } : {});

class Inbox {
  constructor(outlet, signal) {
    this.signal = signal;
    this.rows = new Map(); // id → li
    this.list = h("ol", { class: "messages", onkeydown: arrows });
    this.head = h("h1", { tabindex: "-1" }, "Inbox");
    this.tabs = [this.tab("All", false), this.tab("Unread", true)];
    this.older = button("Load older messages", { class: "button small", onclick: () => this.loadOlder() });
    this.more = h("div", { class: "more" });
    this.status = h("div", { class: "status" });
    this.column = h("section", { class: "column", "aria-label": "Messages" },
      h("div", { class: "column-head" }, this.head, h("nav", { class: "tabs", "aria-label": "Which messages" }, this.tabs)),
      this.status, this.list, this.more);
    this.pane = h("section", { class: "pane", "aria-label": "Message" });
    outlet.replaceChildren(h("div", { class: "split" }, this.column, this.pane));
    mailbox.changes.addEventListener("list", () => this.paint(), { signal });
    this.watchEnd();
  }

  // These are links, because the address says which list it is. The link of the current list restarts
  // it.
  tab(label, unreadOnly) {
    return h("a", { href: address(unreadOnly), onclick: () => { if (this.messages.unreadOnly === unreadOnly) this.begin(unreadOnly); } }, label);
  }

  /** update shows another message, or none, next to the same list or the other one. */
  update(route) {
    const before = this.open;
    const unreadOnly = route.query.get("unread") === "true";
    const switched = this.messages && this.messages.unreadOnly !== unreadOnly;
    this.open = route.arg;
    document.body.dataset.open = String(Boolean(route.arg));
    if (!this.messages || switched) this.begin(unreadOnly, { say: switched });
    for (const [id, row] of this.rows) setCurrent(row.querySelector("a"), id === route.arg);
    this.closing?.abort();
    this.closing = new AbortController();
    const signal = AbortSignal.any([this.signal, this.closing.signal]);
    if (route.arg) {
      openMessage(this.pane, route.arg, address(unreadOnly), signal);
      return;
    }
    title(unreadOnly ? "Unread" : "Inbox");
    this.pane.replaceChildren(placeholder());
    // When the user returns from a message, the focus goes back to its row.
    if (before && !this.tabs.includes(document.activeElement)) (this.rows.get(before)?.querySelector("a") ?? this.head).focus();
  }

  /** begin shows one of the two lists from its top. */
  async begin(unreadOnly, { say = false } = {}) {
    this.listing?.abort();
    this.listing = new AbortController();
    const signal = AbortSignal.any([this.signal, this.listing.signal]);
    this.messages = mailbox.choose(unreadOnly);
    this.tabs.forEach((el, i) => setCurrent(el, Boolean(i) === unreadOnly, "page"));
    this.rows.clear(); // they link to messages next to the other list
    this.status.replaceChildren();
    this.column.scrollTop = 0;
    scrollTo(0, 0); // phones scroll the page
    if (this.messages.loaded) {
      this.column.removeAttribute("aria-busy"); // the other list may have left it
      this.paint();
      this.messages.refresh(signal).catch(() => {}); // it was not refreshed while the other list was shown
    } else {
      await this.load(signal);
    }
    if (signal.aborted || !this.messages.loaded) return;
    this.lookAtEnd();
    if (say) announce(!unreadOnly ? "All messages." : this.messages.items.length > 0 ? "Unread messages only." : "Nothing unread.");
  }

  async load(signal) {
    this.list.replaceChildren(...skeleton());
    this.more.replaceChildren();
    this.column.setAttribute("aria-busy", "true");
    const done = slowly(this.more, signal); // under the list, where nothing moves
    try {
      await this.messages.first(signal);
    } catch (error) {
      if (signal.aborted) return;
      this.list.replaceChildren();
      done();
      this.status.replaceChildren(problem(error, () => this.begin(this.messages.unreadOnly)));
    } finally {
      done();
      if (!signal.aborted) this.column.removeAttribute("aria-busy");
    }
  }

  // paint reuses rows, to keep the focus and the scroll position.
  paint() {
    if (!this.messages.loaded) return;
    if (this.status.querySelector(".notice")) this.status.replaceChildren();
    const messages = this.messages.items;
    const now = new Date();
    const rows = messages.map((m) => this.row(m, now));
    if (rows.length !== this.list.children.length || rows.some((r, i) => this.list.children[i] !== r)) reconcile(this.list, rows);
    const gone = new Set(messages.map((m) => m.id));
    for (const id of this.rows.keys()) if (!gone.has(id)) this.rows.delete(id);
    this.paintEnd(messages);
  }

  row(m, now) {
    const key = `${m.read}|${shown(m.from)}|${when(new Date(m.sentAt), now)}`;
    const old = this.rows.get(m.id);
    if (old?.dataset.key === key) return old;
    const li = old ?? h("li", {});
    li.dataset.key = key;
    const link = li.querySelector("a") ?? li.appendChild(h("a", { href: address(this.messages.unreadOnly, m.id) }));
    link.className = m.read ? "message" : "message unread";
    link.replaceChildren(...summary(m, now));
    setCurrent(link, m.id === this.open);
    this.rows.set(m.id, li);
    return li;
  }

  paintEnd(messages) {
    if (messages.length === 0) {
      put(this.more, this.messages.unreadOnly ? (this.nothing ??= nothingUnread()) : (this.empty ??= welcome(this.signal)));
    } else if (this.messages.hasOlder()) {
      put(this.more, this.older); // also a button, because the keyboard cannot page by scrolling
    } else {
      this.more.replaceChildren(messages.length > 8 ? h("p", { class: "quiet" }, "That is all.") : "");
    }
  }

  watchEnd() {
    this.end = new IntersectionObserver((seen) => {
      if (seen.some((e) => e.isIntersecting) && this.messages?.hasOlder()) this.loadOlder();
    }, { rootMargin: "300px", scrollMargin: "300px" });
    this.signal.addEventListener("abort", () => this.end.disconnect());
  }

  // The end may be visible at once or after a short page. Observing it again triggers a check.
  lookAtEnd() {
    this.end.unobserve(this.more);
    this.end.observe(this.more);
  }

  async loadOlder() {
    if (this.loading) return;
    this.loading = true;
    this.older.textContent = "Loading…";
    const { signal } = this.listing;
    try {
      await this.messages.older(AbortSignal.any([this.signal, signal]));
      this.lookAtEnd();
    } catch (error) {
      if (!this.signal.aborted && !signal.aborted) this.more.replaceChildren(problem(error, () => { this.more.replaceChildren(this.older); this.loadOlder(); }));
    } finally {
      this.older.textContent = "Load older messages";
      this.loading = false;
    }
  }
}

// put does nothing if the element is there, because moving it would remove the focus.
function put(place, el) {
  if (place.firstChild !== el) place.replaceChildren(el);
}

function summary(m, now) {
  const sent = new Date(m.sentAt);
  const name = shown(m.from) || "Unknown sender";
  return [
    seal(m.from.username, { broken: m.read }),
    h("span", { class: "from" }, !m.read && sr("Unread, from "), name),
    h("time", { datetime: m.sentAt, title: whenInFull(sent) }, when(sent, now)),
    h("span", { class: "size" }, bytes(m.size)),
    m.read ? null : h("span", { class: "sealed", "aria-hidden": "true" }, "Sealed"),
  ].filter(Boolean);
}

function setCurrent(link, on, as = "true") {
  if (on) link.setAttribute("aria-current", as);
  else link.removeAttribute("aria-current");
}

// reconcile sorts the rows and moves only those out of place, because moving an element removes the
// focus from it.
function reconcile(list, rows) {
  const wanted = new Set(rows);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  rows.forEach((row, i) => { if (list.children[i] !== row) list.insertBefore(row, list.children[i] ?? null); });
}

// Up and Down move through the list, in addition to Tab. Home and End jump.
function arrows(event) {
  const links = [...event.currentTarget.querySelectorAll("a")];
  const at = links.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
  if (at < 0 || to === undefined || !links[to]) return;
  event.preventDefault();
  links[to].focus();
}

const skeleton = () => Array.from({ length: 6 }, () => h("li", { class: "skeleton", "aria-hidden": "true" },
  h("span", { class: "bone round" }), h("span", { class: "bone" }), h("span", { class: "bone short" })));
