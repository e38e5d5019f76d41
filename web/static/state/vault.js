// The vault keeps what must outlive a reload (the refresh token, a draft) and is nobody
// else's business. Every entry is AES-256-GCM ciphertext in IndexedDB; the key beside it is a
// non-extractable CryptoKey, which no script can read, only use, and only on this origin.
//
// What this gives: nothing readable in localStorage, in a backup, or in a copied profile's
// strings; and deleting the key deletes all entries at once. What it cannot give: protection from
// a script that runs on this very page. Against that stand the Content-Security-Policy and
// Trusted Types (docs/decisions/2026-11-24-web-page-session.md).
//
// Where the browser has no WebCrypto (a page over plain http from another machine) or no
// IndexedDB, entries stay in memory and end with the tab: never in the clear on disk.

const DATABASE = "sealpost";
const KEY = "key";
const memory = new Map();
let opening = null;
let working = null;
let epoch = 0; // counts the times that everything was destroyed

function request(r) {
  return new Promise((resolve, reject) => {
    r.onsuccess = () => resolve(r.result);
    r.onerror = () => reject(r.error);
    r.onblocked = () => reject(new Error("the vault is blocked by another tab"));
  });
}

function open() {
  opening ??= (() => {
    const r = indexedDB.open(DATABASE, 1);
    r.onupgradeneeded = () => r.result.createObjectStore("entries");
    return request(r);
  })();
  return opening;
}

async function read(name) {
  const db = await open();
  return request(db.transaction("entries").objectStore("entries").get(name));
}

// write does nothing when everything was destroyed since the epoch of the caller: what was being
// encrypted while somebody signed out must not be written behind them. The look at the epoch and the
// making of the transaction are one step, and transactions run in the order in which they were made.
async function write(since, change) {
  const db = await open();
  if (since !== epoch) return undefined;
  return request(change(db.transaction("entries", "readwrite").objectStore("entries")));
}

/** durable says whether entries outlive the tab. It is found out once, by trying. */
export function durable() {
  working ??= (async () => {
    if (!globalThis.crypto?.subtle || !globalThis.indexedDB) return false;
    try {
      await open();
      return true;
    } catch {
      return false; // storage is switched off, as in some private windows
    }
  })();
  return working;
}

async function makeKey(since) {
  const found = await read(KEY);
  if (found) return found;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  // Two tabs may come here together. add() lets one of them win, and the other takes its key.
  try {
    await write(since, (store) => store.add(made, KEY));
    return made;
  } catch (error) {
    if (error?.name !== "ConstraintError") throw error;
    return read(KEY);
  }
}

// The entry's name is bound to its ciphertext, so that entries cannot be exchanged.
const cipher = (name, iv) => ({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) });

/** put stores bytes under a name, over what was there. */
export async function put(name, bytes) {
  const since = epoch;
  if (!(await durable())) {
    memory.set(name, bytes);
    return;
  }
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt(cipher(name, iv), await makeKey(since), bytes);
  await write(since, (store) => store.put({ iv, data }, name));
}

/** get returns the bytes, or null when there are none or they do not open any more. */
export async function get(name) {
  if (!(await durable())) return memory.get(name) ?? null;
  const entry = await read(name);
  const k = entry && (await read(KEY));
  if (!k) return null;
  try {
    return new Uint8Array(await crypto.subtle.decrypt(cipher(name, entry.iv), k, entry.data));
  } catch {
    return null; // sealed under a key that is gone: as good as absent
  }
}

/** remove deletes one entry. */
export async function remove(name) {
  memory.delete(name);
  if (await durable()) await write(epoch, (store) => store.delete(name));
}

/** destroy deletes every entry and the key. */
export async function destroy() {
  epoch++;
  memory.clear();
  if (await durable()) await write(epoch, (store) => store.clear());
}

/** disown keeps this tab from writing what it was about to: another one has destroyed everything. */
export function disown() {
  epoch++;
  memory.clear();
}

/** putJSON and getJSON do the same for values. */
export const putJSON = (name, value) => put(name, new TextEncoder().encode(JSON.stringify(value)));

export async function getJSON(name) {
  const bytes = await get(name);
  return bytes && JSON.parse(new TextDecoder().decode(bytes));
}
