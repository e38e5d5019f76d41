// The state of the inbox in this page: the list of all messages and that of unread ones, of which one
// is shown, and the number of unread ones. It follows the server's projections, which lag a moment
// behind actions in this page.

import * as api from "./api.js";
import { MessageList } from "./messagelist.js";

const SETTLE = 3000; // ms for which a local "read" overrides the projections
const REMEMBER = 30_000;
const EAGER = 3; // checks of the list after a change of the count, because list and count are two projections
const SELDOM = 6; // checks of the count between two checks of the list when nothing changed

/** changes dispatches "list", "unread" and "more-unread". */
export const changes = new EventTarget();
const tell = (what) => changes.dispatchEvent(new Event(what));

let all, unreadOnly, shown, count, readHere, quietUntil, eager, quiet;

/** reset forgets everything, for the next user. */
export function reset() {
  all = made(false);
  unreadOnly = made(true);
  shown = all;
  count = { n: 0, more: false, known: false };
  readHere = new Map(); // id → when it was marked here
  quietUntil = 0;
  eager = 0;
  quiet = 0;
}
reset();

function made(only) {
  const list = new MessageList({ unreadOnly: only, ours, tell: () => list === shown && tell("list") });
  return list;
}

export const unread = () => count;
export const find = (id) => all.find(id) ?? unreadOnly.find(id);

/** choose selects one of the two lists and returns it. The list of unread messages restarts. */
export function choose(only) {
  unreadOnly = made(true); // requests of the old list lose their effect
  shown = only ? unreadOnly : all;
  return shown;
}

/** lookFor finds a message that was opened by its URL, before any list was loaded. */
export async function lookFor(id, signal) {
  if (!find(id) && !all.loaded) await all.first(signal).catch(() => {});
  return find(id);
}

/** check looks for changes. The poller calls it. */
export async function check(signal) {
  const answer = await api.unreadCount(signal);
  const news = takeCount(answer.unread, Boolean(answer.more));
  if (news) eager = EAGER;
  if (shown.loaded && (eager > 0 || ++quiet >= SELDOM)) {
    eager = Math.max(0, eager - 1);
    quiet = 0;
    await shown.refresh(signal);
  }
  return news || eager > 0;
}

function takeCount(n, more) {
  if (Date.now() < quietUntil) return true; // check again soon
  if (count.known && count.n === n && count.more === more) return false;
  const grew = count.known && n > count.n;
  count = { n, more, known: true };
  tell("unread");
  if (grew) tell("more-unread");
  return true;
}

function ours(m) {
  const since = readHere.get(m.id);
  if (m.read || (since && Date.now() - since > REMEMBER)) readHere.delete(m.id);
  return readHere.has(m.id) ? { ...m, read: true } : m;
}

/** markRead shows the message as read at once, and reverts that if the server refuses. */
export async function markRead(id) {
  const before = find(id);
  if (before?.read) return;
  readHere.set(id, Date.now());
  quietUntil = Date.now() + SETTLE;
  apply(id, true, -1);
  try {
    await api.markRead(id);
  } catch (error) {
    readHere.delete(id);
    if (before) apply(id, false, +1);
    quietUntil = 0;
    throw error;
  }
}

function apply(id, read, by) {
  for (const list of [all, unreadOnly]) list.set(id, read);
  if (!count.more) count = { ...count, n: Math.max(0, count.n + by) };
  tell("list");
  tell("unread");
}
