// The inbox: the list on the left, the opened message on the right; on a phone one at a time.

import { bytes, when, whenInFull } from "../format.js";
import * as mailbox from "../mailbox.js";
import { href } from "../router.js";
import { button, h, problem, seal, sr, title } from "../ui.js";
import { welcome } from "./empty.js";
import { openMessage, placeholder } from "./message.js";
import { slowly } from "./slow.js";

export default function show(outlet, route, signal) {
  const view = new Inbox(outlet, signal);
  view.update(route);
  view.start();
  return view;
}

class Inbox {
  constructor(outlet, signal) {
    this.signal = signal;
    this.rows = new Map(); // id → li
    this.list = h("ol", { class: "messages", onkeydown: arrows });
    this.head = h("h1", { tabindex: "-1" }, "Inbox");
    this.more = h("div", { class: "more" });
    this.status = h("div", { class: "status" });
    this.column = h("section", { class: "column", "aria-label": "Messages" },
      h("div", { class: "column-head" }, this.head), this.status, this.list, this.more);
    this.pane = h("section", { class: "pane", "aria-label": "Message" });
    outlet.replaceChildren(h("div", { class: "split" }, this.column, this.pane));
    mailbox.changes.addEventListener("list", () => this.paint(), { signal });
    this.watchEnd();
  }

  /** update shows another message, or none, beside the same list. */
  update(route) {
    const before = this.open;
    this.open = route.arg;
    document.body.dataset.open = String(Boolean(route.arg));
    for (const [id, row] of this.rows) setCurrent(row, id === route.arg);
    this.closing?.abort();
    this.closing = new AbortController();
    const signal = AbortSignal.any([this.signal, this.closing.signal]);
    if (route.arg) {
      openMessage(this.pane, route.arg, signal);
      return;
    }
    title("Inbox");
    this.pane.replaceChildren(placeholder());
    // Coming back from a message, the keyboard goes on where it was.
    if (before) (this.rows.get(before)?.querySelector("a") ?? this.head).focus();
  }

  async start() {
    if (mailbox.isLoaded()) {
      this.paint();
      return;
    }
    this.list.replaceChildren(...skeleton());
    this.column.setAttribute("aria-busy", "true");
    const done = slowly(this.more, this.signal); // under the list, where it moves nothing
    try {
      await mailbox.first(this.signal);
    } catch (error) {
      if (this.signal.aborted) return;
      this.list.replaceChildren();
      done();
      this.status.replaceChildren(problem(error, () => { this.status.replaceChildren(); this.start(); }));
    } finally {
      done();
      this.column.removeAttribute("aria-busy");
    }
  }

  // paint keeps the rows that stay: focus and place in the list are the reader's.
  paint() {
    if (this.status.querySelector(".notice")) this.status.replaceChildren();
    const messages = mailbox.list();
    const now = new Date();
    const rows = messages.map((m) => this.row(m, now));
    if (rows.length !== this.list.children.length || rows.some((r, i) => this.list.children[i] !== r)) reconcile(this.list, rows);
    const gone = new Set(messages.map((m) => m.id));
    for (const id of this.rows.keys()) if (!gone.has(id)) this.rows.delete(id);
    this.paintEnd(messages);
  }

  row(m, now) {
    const key = `${m.read}|${m.from.username}|${when(new Date(m.sentAt), now)}`;
    const old = this.rows.get(m.id);
    if (old?.dataset.key === key) return old;
    const li = old ?? h("li", {});
    li.dataset.key = key;
    const link = li.querySelector("a") ?? li.appendChild(h("a", { href: href("inbox", m.id) }));
    link.className = m.read ? "message" : "message unread";
    link.replaceChildren(...summary(m, now));
    setCurrent(li, m.id === this.open);
    this.rows.set(m.id, li);
    return li;
  }

  paintEnd(messages) {
    if (messages.length === 0) {
      this.empty ??= welcome(this.signal);
      this.more.replaceChildren(this.empty);
    } else if (mailbox.hasOlder()) {
      // A button too: paging by scrolling alone would leave the keyboard behind.
      this.older ??= button("Load older messages", { class: "button small", onclick: () => this.loadOlder() });
      if (!this.more.contains(this.older)) this.more.replaceChildren(this.older);
    } else {
      this.more.replaceChildren(messages.length > 8 ? h("p", { class: "quiet" }, "That is all.") : "");
    }
  }

  watchEnd() {
    const end = new IntersectionObserver((seen) => {
      if (seen.some((e) => e.isIntersecting) && mailbox.hasOlder()) this.loadOlder();
    }, { rootMargin: "300px", scrollMargin: "300px" });
    end.observe(this.more);
    this.signal.addEventListener("abort", () => end.disconnect());
    this.end = end;
  }

  async loadOlder() {
    if (this.loading) return;
    this.loading = true;
    this.older.textContent = "Loading…";
    try {
      await mailbox.older(this.signal);
      this.older.textContent = "Load older messages";
      // Still in sight after a short page? Observing anew asks again.
      this.end.unobserve(this.more);
      this.end.observe(this.more);
    } catch (error) {
      if (!this.signal.aborted) this.more.replaceChildren(problem(error, () => { this.more.replaceChildren(this.older); this.loadOlder(); }));
    } finally {
      this.loading = false;
    }
  }
}

function summary(m, now) {
  const sent = new Date(m.sentAt);
  const name = m.from.username || "Unknown sender";
  return [
    seal(m.from.username, { broken: m.read }),
    h("span", { class: "from" }, !m.read && sr("Unread, from "), name),
    h("time", { datetime: m.sentAt, title: whenInFull(sent) }, when(sent, now)),
    h("span", { class: "size" }, bytes(m.size)),
    m.read ? null : h("span", { class: "sealed", "aria-hidden": "true" }, "Sealed"),
  ].filter(Boolean);
}

function setCurrent(row, on) {
  const link = row.querySelector("a");
  if (on) link?.setAttribute("aria-current", "true");
  else link?.removeAttribute("aria-current");
}

// reconcile puts the rows in order and moves only what is out of place, because moving an element
// takes the focus from it.
function reconcile(list, rows) {
  const wanted = new Set(rows);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  rows.forEach((row, i) => { if (list.children[i] !== row) list.insertBefore(row, list.children[i] ?? null); });
}

// Up and Down walk the list, beside Tab; Home and End jump.
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
