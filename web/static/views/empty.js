// The empty inbox, which on the first visit also says when the mailbox is ready, and the empty list of
// unread messages.

import * as api from "../state/api.js";
import { asksFirst } from "../state/config.js";
import { href } from "../state/router.js";
import * as session from "../state/session.js";
import { announce, h, icon } from "./ui.js";

const AGAIN = [500, 500, 1000, 1000, 2000, 3000, 5000]; // ms between checks; the last one repeats

/** welcome is shown until the first message arrives. */
export function welcome(signal) {
  const text = h("p", { class: "quiet" }, "\u00a0");
  const asked = h("p", { class: "quiet", hidden: true }, "A mail from AWS asks whether you want to be told of messages. Do not follow its link; ",
    h("a", { href: href("notifications") }, "answer it here"), ".");
  const el = h("div", { class: "empty" }, icon("mark", "mark faint"), h("h2", {}, "Nothing here yet"), text,
    h("p", {}, h("a", { class: "button", href: href("people") }, "See who is here")), asked);
  follow(text, signal);
  asksFirst().then((on) => { asked.hidden = !on; }).catch(() => {});
  return el;
}

/** nothingUnread is shown if there are no unread messages. */
export const nothingUnread = () => h("div", { class: "nothing" }, icon("mark", "mark faint"), h("h2", {}, "Nothing unread"),
  h("p", { class: "quiet" }, "What comes next appears here."), h("p", {}, h("a", { class: "button", href: href("inbox") }, "Show all messages")));

// A consumer creates a new account's key, usually within moments.
async function follow(text, signal) {
  for (let i = 0; !signal.aborted; i++) {
    const me = await api.me(signal).catch(() => null);
    if (me?.ready) break;
    if (me && i === 0) text.textContent = "Your mailbox is being prepared: its key is being made. This takes a moment.";
    await pause(AGAIN[Math.min(i, AGAIN.length - 1)], signal);
  }
  if (signal.aborted) return;
  if (text.textContent.trim()) announce("Your mailbox is ready.");
  text.textContent = `Your mailbox is ready. What others seal for ${session.who().username} appears here.`;
}

const pause = (ms, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
});
