// The message that is being sent. It belongs to the page and not to a view, so that the user can look
// at the inbox meanwhile.

import * as drafts from "./draft.js";
import { bytes, MAX_BODY } from "../lib/format.js";
import { safeName } from "../lib/headers.js";
import { Problem } from "./net.js";
import { send } from "./send.js";
import * as session from "./session.js";

/** changes dispatches "job" when the state changes and "progress" in between. */
export const changes = new EventTarget();
const tell = (what) => changes.dispatchEvent(new Event(what));

let job = null; // { draft, status: "sending" | "sent" | "failed", done: 0..1, problem, cancel }

export const current = () => job;

/** clear forgets a job that has ended; reset also one in progress. */
export const clear = () => { if (job?.status !== "sending") job = null; };

export function reset() {
  job?.cancel.abort();
  job = null;
}

/** start sends a draft. The draft is stored with its idempotency key before the first byte is sent. */
export async function start(draft) {
  if (job?.status === "sending") return;
  const userId = session.who().userId;
  const mine = { draft, status: "sending", done: 0, problem: null, cancel: new AbortController() };
  job = mine;
  addEventListener("beforeunload", hold);
  tell("job");
  try {
    await drafts.save(userId, draft);
    await send(parcel(draft), { signal: mine.cancel.signal, onProgress: (n, of) => progress(mine, n / of) });
    if (job === mine) await drafts.discard();
    finish(mine, "sent");
  } catch (error) {
    mine.problem = error;
    finish(mine, "failed");
  } finally {
    removeEventListener("beforeunload", hold);
  }
}

function progress(mine, done) {
  mine.done = Math.min(done, 1);
  if (job === mine) tell("progress");
}

function finish(mine, status) {
  if (job !== mine) return;
  mine.status = status;
  tell("job");
}

const hold = (event) => event.preventDefault();

// parcel converts a draft into the request's data.
function parcel({ to, mode, text, file, key }) {
  if (mode === "text") return { to, key, type: "text/plain; charset=utf-8", body: new Blob([text]) };
  return { to, key, type: mediaType(file.type), filename: safeName(file.name), body: file };
}

// A browser takes a file's type from the system, so it may be anything.
const mediaType = (type) => (/^[\w.+-]+\/[\w.+-]+$/.test(type) && type.length < 200 ? type : "application/octet-stream");

/** sizeProblem returns why the server would refuse the size, or "". */
export function sizeProblem({ mode, text, file }) {
  const size = mode === "text" ? new Blob([text]).size : (file?.size ?? 0);
  return size > MAX_BODY ? `That is ${bytes(size)}; at most 4 MiB can be sent.` : "";
}

/** isOver says whether a retry of the same message would fail in the same way. */
export const isOver = (error) => error instanceof Problem && error.kind === "request" && ![408, 409, 429].includes(error.status);
