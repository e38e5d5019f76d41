// Asking again and again, without being a nuisance: often while there is news or somebody at the
// keyboard, seldom when nothing happens, hardly while nobody looks, and less and less while the
// server fails. (A push channel would be faster and cost a connection per open page; see
// docs/decisions/2026-11-24-web-page-polling.md.)

const LEAST = 3000; // ms between two looks while things change
const MOST = 30_000; // while nothing does
const UNSEEN = 120_000; // while the page is in the background: enough for the count in the tab
const GROWTH = 1.3;
const FAILING = 300_000; // the longest pause of back-off after failures

/** poller runs task until signal aborts. task resolves to whether there was news. */
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
      failures++; // the views say what is wrong when somebody wants something; a look does not nag
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
  // Somebody is there again: shorten the pause, but do not look at every key.
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
