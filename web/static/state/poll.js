// Polling: often while there are changes or user input, seldom if nothing happens, rarely in the
// background, and less and less while the server fails. (A push channel would be faster but cost a
// connection per open page; see docs/decisions/2026-11-24-web-page-polling.md.)

const LEAST = 3000; // ms between two checks while things change
const MOST = 30_000; // while nothing changes
const UNSEEN = 120_000; // in the background: enough for the count in the tab
const GROWTH = 1.3;
const FAILING = 300_000; // the longest backoff after failures

/** poller runs task until signal aborts. task resolves to whether there were changes. */
export function poller(task, { signal }) {
  let pause = LEAST;
  let failures = 0;
  let timer = 0;
  let running = false;

  const next = () => {
    clearTimeout(timer);
    if (signal.aborted) return;
    timer = setTimeout(look, wait());
  };
  const wait = () => {
    if (failures > 0) return Math.min(LEAST * 2 ** failures, FAILING) * (0.75 + Math.random() / 2);
    return document.hidden ? UNSEEN : pause;
  };
  const look = async () => {
    if (running || signal.aborted) return;
    running = true;
    try {
      const news = await task(signal);
      failures = 0;
      pause = news ? LEAST : Math.min(pause * GROWTH, MOST);
    } catch {
      failures++; // no message: views report a failure when the user acts
    } finally {
      running = false;
      next();
    }
  };
  const now = () => {
    pause = LEAST;
    if (!document.hidden && navigator.onLine) look();
  };

  document.addEventListener("visibilitychange", now, { signal });
  addEventListener("online", () => { failures = 0; now(); }, { signal });
  // The user is active again: shorten the pause, but do not poll at every keystroke.
  const active = () => {
    if (pause <= LEAST * 2 || failures > 0) return;
    pause = LEAST;
    next();
  };
  addEventListener("pointerdown", active, { signal, passive: true });
  addEventListener("keydown", active, { signal, passive: true });
  signal.addEventListener("abort", () => clearTimeout(timer));
  look();
}
