// The vault stores data that must survive a reload (the refresh token, a draft). Every entry is
// AES-256-GCM ciphertext in IndexedDB. The key, stored in the same database, is a non-extractable
// CryptoKey: scripts of this origin can use it, but none can read it.
//
// The vault keeps plaintext out of localStorage, backups and copied profiles, and deleting the key
// deletes all entries at once. It cannot protect from a script that runs on this page. The
// Content-Security-Policy and Trusted Types do that (docs/decisions/2026-11-24-web-page-session.md).
//
// Without WebCrypto (a page over plain http from another machine) or IndexedDB, entries stay in memory
// and end with the tab. They are never on disk in the clear.

const DATABASE = "sealpost";
const KEY = "key";
const memory = new Map();
let opening = null;
let working = null;
let epoch = 0; // how often everything was destroyed

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

// write does nothing if everything was destroyed since the caller's epoch, so that data that was being
// encrypted during a sign-out is not written after it. Checking the epoch and creating the transaction
// are one step, and transactions run in the order of their creation.
async function write(since, change) {
  const db = await open();
  if (since !== epoch) return undefined;
  return request(change(db.transaction("entries", "readwrite").objectStore("entries")));
}

/** durable says whether entries outlive the tab. It finds out once, by trying. */
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
  // Two tabs may get here at once. add() lets one of them win, and the other uses its key.
  try {
    await write(since, (store) => store.add(made, KEY));
    return made;
  } catch (error) {
    if (error?.name !== "ConstraintError") throw error;
    return read(KEY);
  }
}

// The entry's name is authenticated with the ciphertext, so that entries cannot be exchanged.
const cipher = (name, iv) => ({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) });

/** put stores bytes under a name and replaces an existing entry. */
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

/** get returns the bytes, or null if there are none or they cannot be decrypted. */
export async function get(name) {
  if (!(await durable())) return memory.get(name) ?? null;
  const entry = await read(name);
  const k = entry && (await read(KEY));
  if (!k) return null;
  try {
    return new Uint8Array(await crypto.subtle.decrypt(cipher(name, entry.iv), k, entry.data));
  } catch {
    return null; // sealed under a deleted key, so treat it as absent
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

/** disown stops this tab's pending writes, because another tab has destroyed everything. */
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
