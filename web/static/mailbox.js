// The inbox as this page knows it: the list, newest first, and how many are unread. It follows
// the server's projections, which lag a moment behind what was just done here.

import * as api from "./api.js";

const PAGE = 30;
const SETTLE = 3000; // ms for which our own "read" counts more than the projections' word
const REMEMBER = 30_000;
const EAGER = 3; // looks at the list after a change of the count: list and count are two projections
const SELDOM = 6; // looks at the count between two looks at the list when nothing changed

/** changes tells of "list", "unread" and "more-unread". */
export const changes = new EventTarget();
const tell = (what) => changes.dispatchEvent(new Event(what));

let items, next, loaded, count, readHere, quietUntil, eager, quiet;

/** reset forgets everything, for the next person. */
export function reset() {
  items = [];
  next = undefined;
  loaded = false;
  count = { n: 0, more: false, known: false };
  readHere = new Map(); // id → when it was marked here
  quietUntil = 0;
  eager = 0;
  quiet = 0;
}
reset();

export const list = () => items;
export const isLoaded = () => loaded;
export const hasOlder = () => next !== undefined;
export const unread = () => count;
export const find = (id) => items.find((m) => m.id === id);

/** first loads the newest page, over what was there. */
export async function first(signal) {
  const page = await api.messages({ limit: PAGE }, signal);
  items = page.messages.map(ours);
  next = page.next;
  loaded = true;
  tell("list");
}

/** older loads the next page. */
export async function older(signal) {
  if (next === undefined) return;
  const page = await api.messages({ limit: PAGE, cursor: next }, signal);
  const known = new Set(items.map((m) => m.id));
  items = [...items, ...page.messages.filter((m) => !known.has(m.id)).map(ours)];
  next = page.next;
  tell("list");
}

/** check looks for news; it is the poller's task. */
export async function check(signal) {
  const answer = await api.unreadCount(signal);
  const news = takeCount(answer.unread, Boolean(answer.more));
  if (news) eager = EAGER;
  if (loaded && (eager > 0 || ++quiet >= SELDOM)) {
    eager = Math.max(0, eager - 1);
    quiet = 0;
    await refresh(signal);
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

async function refresh(signal) {
  const page = await api.messages({ limit: PAGE }, signal);
  const fresh = new Map(page.messages.map((m) => [m.id, ours(m)]));
  const overlap = items.some((m) => fresh.has(m.id)) || page.next === undefined;
  if (!overlap) { // more came than a page holds: what is between is not known, so begin anew
    items = [...fresh.values()];
    next = page.next;
  } else {
    const kept = items.map((m) => fresh.get(m.id) ?? m);
    const known = new Set(items.map((m) => m.id));
    const arrived = [...fresh.values()].filter((m) => !known.has(m.id));
    // Ids are ULIDs, so their order is that of time, also for one whose event came late.
    items = [...arrived, ...kept].sort((a, b) => (a.id < b.id ? 1 : -1));
  }
  tell("list");
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
  items = items.map((m) => (m.id === id ? { ...m, read } : m));
  if (!count.more) count = { ...count, n: Math.max(0, count.n + by) };
  tell("list");
  tell("unread");
}
