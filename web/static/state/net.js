// All requests go through here, and every failure is a Problem.

const TIMEOUT = 30_000; // ms; API Gateway's own timeout is 29 s

/**
 * Problem is a failure as shown to the user. kind is what the page acts on:
 * "offline", "timeout", "session" (sign in again), "request" (4xx) or "server" (5xx).
 * name is the last part of the problem's type, or the user pool's exception.
 */
export class Problem extends Error {
  constructor(kind, { name = kind, title, detail = "", status = 0, requestId = "", retryAfter = 0 }) {
    super(title);
    Object.assign(this, { kind, name, title, detail, status, requestId, retryAfter });
  }

  /** of reads a problem document (RFC 9457). An answer of a proxy may have none. */
  static async of(response) {
    const kind = response.status >= 500 ? "server" : "request";
    const doc = await response.json().catch(() => ({}));
    return Problem.from(kind, response.status, doc, {
      requestId: response.headers.get("x-request-id") ?? response.headers.get("x-amzn-requestid") ?? "",
      retryAfter: Number(response.headers.get("retry-after")) || 0,
    });
  }

  static from(kind, status, doc, { requestId = "", retryAfter = 0 } = {}) {
    return new Problem(kind, {
      name: String(doc.type ?? "").split(":").pop() || kind,
      title: doc.title || (kind === "server" ? "Something failed on the server" : "The server did not accept this"),
      detail: doc.detail || (kind === "server" ? "Trying again may help." : ""),
      status, retryAfter, requestId: doc.requestId || requestId,
    });
  }

  static unreachable() {
    return navigator.onLine
      ? new Problem("offline", { title: "The server cannot be reached", detail: "Check the connection, then try again." })
      : new Problem("offline", { title: "You are offline", detail: "Try again when the connection is back." });
  }

  static slow() {
    return new Problem("timeout", { title: "The server took too long", detail: "The connection may be slow. Try again." });
  }
}

/** request is fetch without cookies, cache or referrer, with a timeout. It throws Problems. */
export async function request(url, { signal, timeout = TIMEOUT, ...init } = {}) {
  const limit = AbortSignal.timeout(timeout);
  const signals = signal ? AbortSignal.any([signal, limit]) : limit;
  try {
    return await fetch(url, {
      cache: "no-store", credentials: "omit", redirect: "error", referrerPolicy: "no-referrer", ...init, signal: signals,
    });
  } catch (error) {
    throw asProblem(error, signal);
  }
}

/** asProblem returns a deliberate abort unchanged, because the user need not see it. */
export function asProblem(error, signal) {
  if (signal?.aborted || error instanceof Problem) return error;
  return error?.name === "TimeoutError" ? Problem.slow() : Problem.unreachable();
}
