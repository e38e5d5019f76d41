// What an opened message is shown as. The sender chose its type and every byte of it, so nothing
// is believed: text goes into a text node, the few image formats below go through <img>, which
// runs no script, and everything else is only ever saved. HTML and SVG are among everything else.

import { filenameOf, mediaType } from "../lib/headers.js";

const IMAGES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]);
const TEXTS = new Set(["text/plain", "text/markdown", "text/csv", "application/json"]);

/** TEXT_SHOWN is how much of a long text is laid out; more would freeze the page, and can be saved. */
export const TEXT_SHOWN = 200_000;

/** read takes the response apart: {kind: "text"|"image"|"file", filename, blob, text, cut}. */
export async function read(response) {
  const { type, charset } = mediaType(response.headers.get("content-type") ?? "");
  const filename = filenameOf(response.headers.get("content-disposition") ?? "");
  const bytes = await response.arrayBuffer();
  if (TEXTS.has(type)) {
    const text = decode(bytes, charset);
    if (text !== null) return { kind: "text", filename, blob: save(bytes), text: text.slice(0, TEXT_SHOWN), cut: text.length > TEXT_SHOWN };
  }
  if (IMAGES.has(type)) return { kind: "image", filename, blob: new Blob([bytes], { type }), original: save(bytes) };
  return { kind: "file", filename, blob: save(bytes) };
}

// octet-stream: should a browser ever open the address instead of saving, it would still not be a
// document of this origin.
const save = (bytes) => new Blob([bytes], { type: "application/octet-stream" });

function decode(bytes, charset) {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return null; // not text after all, whatever it says: to be saved
  }
}
