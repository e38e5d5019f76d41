// The frame of all signed-in views: navigation, the unread count, the user, and sign-out.

import { asksFirst } from "../state/config.js";
import { badge } from "../lib/format.js";
import * as mailbox from "../state/mailbox.js";
import * as outbox from "../state/outbox.js";
import { poller } from "../state/poll.js";
import { href } from "../state/router.js";
import * as session from "../state/session.js";
import { announce, h, icon, sr, unreadInTitle } from "./ui.js";

const PLACES = [["inbox", "Inbox"], ["people", "People"], ["write", "Write"]];

const TOAST = 8000; // ms

let links = {};
let count = null;
let leave = null;

export function mount(root) {
  if (leave) unmount(root);
  leave = new AbortController();
  count = h("span", { class: "badge", hidden: true });
  links = Object.fromEntries(PLACES.map(([name, label]) => [name, link(name, label)]));
  links.notifications = bell(leave.signal);
  links.account = h("a", { href: href("account"), class: "name", title: session.who().username }, sr("Account of "), session.who().username);
  root.replaceChildren(h("header", { class: "top" },
    h("a", { class: "brand", href: href("inbox"), "aria-label": "Sealpost, to the inbox" }, icon("mark", "mark"), h("span", { class: "wordmark" }, "Sealpost")),
    h("nav", { class: "places", "aria-label": "Main" }, PLACES.map(([name]) => links[name])),
    h("div", { class: "me" }, links.notifications, links.account,
      h("button", { type: "button", class: "link", onclick: signOut }, "Sign out"))));
  follow(leave.signal);
}

function link(name, label) {
  return h("a", { href: href(name), class: name === "write" ? "place cta" : "place" }, icon(name), h("span", {}, label), name === "inbox" && count);
}

// Shown only if there are notifications to confirm or end.
function bell(signal) {
  const el = h("a", { href: href("notifications"), class: "bell", "aria-label": "Notifications", title: "Notifications", hidden: true }, icon("bell"));
  asksFirst().then((on) => { if (!signal.aborted) el.hidden = !on; }).catch(() => {}); // the view itself reports the error
  return el;
}

function follow(signal) {
  mailbox.reset();
  mailbox.changes.addEventListener("unread", paint, { signal });
  mailbox.changes.addEventListener("more-unread", () => {
    announce(`New message. ${badge(mailbox.unread())} unread.`);
  }, { signal });
  outbox.changes.addEventListener("job", tellOutcome, { signal });
  poller(mailbox.check, { signal });
}

// A user who left the view while a message was being sent is told the outcome.
function tellOutcome() {
  const job = outbox.current();
  if (!job || job.status === "sending") return;
  announce(job.status === "sent" ? `Sent to ${job.draft.to}.` : `Not sent. ${job.problem.title ?? ""}`);
  if (document.body.dataset.view === "write") return; // that view shows it
  const text = job.status === "sent" ? `Sent to ${job.draft.to}. ` : `Not sent to ${job.draft.to}. `;
  const pill = h("p", { class: "pill", role: "status" }, text, job.status === "failed" && h("a", { href: href("write") }, "Open the draft"));
  document.body.append(pill);
  setTimeout(() => pill.remove(), TOAST);
}

/** unmount removes everything of the user, including the lists in memory. */
export function unmount(root) {
  leave?.abort();
  leave = null;
  root.replaceChildren();
  mailbox.reset();
  outbox.reset();
  unreadInTitle("");
}

export function setCurrent(name) {
  for (const [place, el] of Object.entries(links)) {
    if (place === name) el.setAttribute("aria-current", "page");
    else el.removeAttribute("aria-current");
  }
}

function paint() {
  const { n } = mailbox.unread();
  const label = n > 0 ? badge(mailbox.unread()) : "";
  unreadInTitle(label);
  count.hidden = !label;
  count.replaceChildren(label, sr(" unread"));
}

async function signOut(event) {
  event.target.setAttribute("aria-disabled", "true");
  await session.signOut();
}
