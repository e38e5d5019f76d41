// How an opened message is shown. The sender chose its type and every byte, so nothing is trusted. Text
// goes into a text node. The few image formats below go into <img>, which runs no script. Everything
// else, including HTML and SVG, can only be saved.

import { filenameOf, mediaType } from "../lib/headers.js";

const IMAGES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]);
const TEXTS = new Set(["text/plain", "text/markdown", "text/csv", "application/json"]);

/** TEXT_SHOWN is how much of a long text is shown, in characters. More would freeze the page. The rest can be saved. */
export const TEXT_SHOWN = 200_000;

/** read returns the content of a response: {kind: "text"|"image"|"file", filename, blob, text, cut}. */
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

// octet-stream, so that a browser that opens the URL instead of saving never shows a document of this
// origin.
const save = (bytes) => new Blob([bytes], { type: "application/octet-stream" });

function decode(bytes, charset) {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return null; // not valid text, so it can only be saved
  }
}
