// The registered users. The API returns them in pages and has no search. The page therefore caches the
// list for a while and searches in it (lib/names.js). Each page is shown as it arrives.

import * as api from "./api.js";

const FRESH = 20_000; // ms
const PAGE = 100;

let known = { at: 0, users: [], complete: false, of: null };
let loading = null;

/** forget makes the next call of all ask the server again. */
export const forget = () => { known = { ...known, at: 0 }; };

/** all returns every user, sorted by username. onPage is called for each page. */
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
