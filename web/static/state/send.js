// One try to send a message. It uses XMLHttpRequest, because fetch cannot report upload progress.

import { attachment } from "../lib/headers.js";
import { address, authorized } from "./api.js";
import { Problem } from "./net.js";

const STALLED = 40_000; // ms without any progress: longer than API Gateway's 29 s for the answer

/** send uploads {to, body: Blob, type, filename, key} and returns the message's id. */
export async function send(message, { onProgress, signal }) {
  const url = await address("/messages", { to: message.to });
  const response = await authorized((token) => upload(url, token, message, { onProgress, signal }));
  if (response.status === 202) return response.doc.id;
  throw Problem.from(response.status >= 500 ? "server" : "request", response.status, response.doc, response);
}

function upload(url, token, message, { onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open("POST", url);
    for (const [name, value] of Object.entries(headers(token, message))) xhr.setRequestHeader(name, value);
    const watch = stallWatch(() => { reject(Problem.slow()); xhr.abort(); });
    xhr.upload.onprogress = (event) => { watch.alive(); onProgress(event.loaded, event.total); };
    xhr.upload.onload = () => { watch.alive(); onProgress(1, 1); };
    xhr.onload = () => resolve(read(xhr));
    xhr.onerror = () => reject(Problem.unreachable());
    xhr.onabort = () => reject(new DOMException("cancelled", "AbortError"));
    xhr.onloadend = watch.stop;
    signal.addEventListener("abort", () => xhr.abort(), { once: true });
    watch.alive();
    xhr.send(message.body);
  });
}

function headers(token, { type, filename, key }) {
  return {
    Authorization: `Bearer ${token}`,
    "Content-Type": type,
    "Idempotency-Key": key,
    ...(filename && { "Content-Disposition": attachment(filename) }),
  };
}

function stallWatch(onStall) {
  let timer = 0;
  return {
    alive() { clearTimeout(timer); timer = setTimeout(onStall, STALLED); },
    stop() { clearTimeout(timer); },
  };
}

function read(xhr) {
  let doc = {};
  try {
    doc = JSON.parse(xhr.responseText);
  } catch { /* a proxy's page of HTML says nothing that is fit to show */ }
  return {
    status: xhr.status, doc,
    requestId: xhr.getResponseHeader("x-request-id") ?? "",
    retryAfter: Number(xhr.getResponseHeader("retry-after")) || 0,
  };
}
