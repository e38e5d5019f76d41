// The draft, stored in the vault while the user types. It survives a reload and an expired session, and
// belongs to its writer only.
//
// The idempotency key belongs to the draft. It is created at the first try and stored before the
// request is sent, so that a retry after a crash or a reload is the same message to the server. Every
// edit deletes the key, because a changed message is another message.

import * as vault from "./vault.js";

const ENTRY = "draft";
const FILE = "draft-file";

let writing = Promise.resolve();

export const empty = () => ({ to: "", mode: "text", text: "", file: null, key: "" });

export const hasContent = (draft) => Boolean(draft.text.trim() || draft.file);

/** load returns the user's draft. It deletes another user's draft. */
export async function load(userId) {
  await writing;
  const stored = await vault.getJSON(ENTRY).catch(() => null);
  if (!stored) return empty();
  if (stored.userId !== userId) {
    await discard();
    return empty();
  }
  const { file, ...rest } = stored;
  const bytes = file && (await vault.get(FILE).catch(() => null));
  return { ...empty(), ...rest, file: bytes ? new File([bytes], file.name, { type: file.type }) : null };
}

/** save stores everything except the file's bytes. Saves complete in the order of the calls. */
export function save(userId, draft) {
  const { file, ...rest } = draft;
  const entry = { ...rest, userId, file: file && { name: file.name, type: file.type } };
  return enqueue(() => vault.putJSON(ENTRY, entry));
}

/** saveFile stores the file's bytes, once when it is chosen and not at every keystroke. */
export function saveFile(file) {
  return enqueue(async () => (file ? vault.put(FILE, new Uint8Array(await file.arrayBuffer())) : vault.remove(FILE)));
}

export function discard() {
  return enqueue(async () => {
    await vault.remove(ENTRY);
    await vault.remove(FILE);
  });
}

// If the disk is full, the draft is not stored, but the user can go on writing.
function enqueue(step) {
  writing = writing.then(step).catch(() => {});
  return writing;
}

/** newKey returns an idempotency key. randomUUID is missing on pages over plain http. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
}
