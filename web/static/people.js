// The registered users. The API lists them page by page and has no search, so the page keeps the
// list for a while and searches here; that is instant, and right for what a team or a small
// organisation is. The list grows page by page, so the first names show at once.

import * as api from "./api.js";

const FRESH = 20_000; // ms
const PAGE = 100;

let known = { at: 0, users: [], complete: false, of: null };
let loading = null;

/** forget makes the next all ask the server again. */
export const forget = () => { known = { ...known, at: 0 }; };

/** all returns every user by username. onPage hears of each page's arrival. */
export async function all(who, { signal, onPage = () => {} } = {}) {
  if (known.of === who && known.complete && Date.now() - known.at < FRESH) return known.users;
  loading ??= load(who, onPage).finally(() => { loading = null; });
  const users = await loading;
  signal?.throwIfAborted();
  return users;
}

async function load(who, onPage) {
  let users = [];
  let cursor;
  do {
    const page = await api.users({ limit: PAGE, ...(cursor && { cursor }) });
    users = [...users, ...page.users];
    cursor = page.next;
    onPage(users);
  } while (cursor);
  known = { at: Date.now(), users, complete: true, of: who };
  return users;
}

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** search finds by any part of the name, those that begin with it first; accents and case do not matter. */
export function search(users, text) {
  const wanted = fold(text.trim());
  if (!wanted) return users;
  const hits = users.filter((u) => fold(u.username).includes(wanted));
  const begins = (u) => (fold(u.username).startsWith(wanted) ? 0 : 1);
  return hits.sort((a, b) => begins(a) - begins(b));
}

/** exact finds the user of a name as the server would: the pool's usernames ignore case. */
export const exact = (users, name) =>
  users.find((u) => u.username === name) ?? users.find((u) => u.username.toLowerCase() === name.toLowerCase());
