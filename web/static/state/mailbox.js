// The inbox as this page knows it: the whole list and that of what is unread, of which one is shown,
// and how many are unread. It follows the server's projections, which lag a moment behind what was
// just done here.

import * as api from "./api.js";
import { MessageList } from "./messagelist.js";

const SETTLE = 3000; // ms for which our own "read" counts more than the projections' word
const REMEMBER = 30_000;
const EAGER = 3; // looks at the list after a change of the count: list and count are two projections
const SELDOM = 6; // looks at the count between two looks at the list when nothing changed

/** changes tells of "list", "unread" and "more-unread". */
export const changes = new EventTarget();
const tell = (what) => changes.dispatchEvent(new Event(what));

let all, unreadOnly, shown, count, readHere, quietUntil, eager, quiet;

/** reset forgets everything, for the next person. */
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

/** choose shows the one list or the other, and returns it. That of what is unread begins anew. */
export function choose(only) {
  unreadOnly = made(true); // what is under way for the old one goes nowhere
  shown = only ? unreadOnly : all;
  return shown;
}

/** lookFor finds a message that was opened by its address, before any list was loaded. */
export async function lookFor(id, signal) {
  if (!find(id) && !all.loaded) await all.first(signal).catch(() => {});
  return find(id);
}

/** check looks for news; it is the poller's task. */
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
  if (Date.now() < quietUntil) return true; // look again soon
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

/** markRead shows the message as read at once, and takes it back should the server refuse. */
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
