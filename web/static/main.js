// The entry point of the page. The session and the address decide which view is shown.

import { go, href, onRoute, parse } from "./state/router.js";
import * as session from "./state/session.js";
import { problem } from "./views/ui.js";

// Views are loaded on demand. The first visit loads only the sign-in page.
const VIEWS = {
  "sign-in": { open: true, load: () => import("./views/signin.js") },
  "sign-up": { open: true, load: () => import("./views/signup.js") },
  confirm: { open: true, load: () => import("./views/confirm.js") },
  forgot: { open: true, load: () => import("./views/forgot.js") },
  inbox: { load: () => import("./views/inbox.js") },
  people: { load: () => import("./views/people.js") },
  write: { load: () => import("./views/write.js") },
  account: { load: () => import("./views/account.js") },
  notifications: { load: () => import("./views/notifications.js") },
};

const main = document.getElementById("main");
let shown = { name: "", leave: new AbortController(), view: null };
let shell = null;

/** viewFor picks the view of an address. Without a session, a private address shows the sign-in page. */
function viewFor(route) {
  const signedIn = session.who() !== null;
  if (!Object.hasOwn(VIEWS, route.name)) return signedIn ? "inbox" : "sign-in";
  if (signedIn) return VIEWS[route.name].open ? "inbox" : route.name;
  return VIEWS[route.name].open ? route.name : "sign-in";
}

async function show(route) {
  const name = viewFor(route);
  if (session.who() && name === "inbox" && route.name !== "inbox") {
    go(href("inbox"), { replace: true });
    return;
  }
  shell?.setCurrent(name);
  if (shown.name === name && shown.view?.update) {
    shown.view.update(route);
    return;
  }
  await change(name, route);
}

async function change(name, route) {
  const first = shown.name === "";
  shown.leave.abort();
  const leave = new AbortController();
  shown = { name, leave, view: null };
  document.body.dataset.view = name;
  try {
    const { default: view } = await VIEWS[name].load();
    if (leave.signal.aborted) return;
    const made = await view(main, route, leave.signal);
    if (leave.signal.aborted) return;
    shown.view = made ?? null;
    arrive(first);
  } catch (error) {
    if (!leave.signal.aborted) fail(error);
  }
}

// A new view moves the focus to its heading, as a new page would. The first view does not, because the
// browser has just put the focus at the top of the page.
function arrive(first) {
  scrollTo(0, 0); // phones scroll the page, desktops its main part
  main.scrollTop = 0;
  if (!first && !main.contains(document.activeElement)) main.querySelector("h1")?.focus({ preventScroll: true });
}

// A Problem from a view is shown. Any other error is a bug or a module that did not load. Neither
// contains parts of a message or a token, so it may be logged.
function fail(error) {
  const lost = error instanceof TypeError && /import|module/i.test(error.message);
  if (!error.kind) console.error(error);
  main.replaceChildren(problem(lost ? LOST : error, () => location.reload()));
}

const LOST = { kind: "offline", title: "A part of the page could not be loaded", detail: "Check the connection, then try again." };

// Once the user is signed in and the first view is shown, the other views are fetched in advance, so
// that switching is immediate.
function fetchAhead() {
  const soon = window.requestIdleCallback ?? ((fn) => setTimeout(fn, 1000));
  soon(() => Promise.all(["inbox", "people", "write"].map((name) => VIEWS[name].load())).catch(() => {}));
}

async function enter() {
  const mod = await import("./views/shell.js");
  if (!session.who()) return;
  shell = mod;
  shell.mount(document.getElementById("shell"));
  fetchAhead();
}

function exit() {
  shell?.unmount(document.getElementById("shell"));
  shell = null;
}

async function changed() {
  if (session.who()) await enter();
  else exit();
  shown.view = null;
  await show(parse(location.hash));
}

function watchConnection() {
  const pill = document.getElementById("offline");
  const paint = () => { pill.hidden = navigator.onLine; };
  addEventListener("online", paint);
  addEventListener("offline", paint);
  paint();
}

function skipLink() {
  document.getElementById("skip").addEventListener("click", (event) => {
    event.preventDefault(); // the router would take "#main" for an address
    main.focus();
  });
}

async function boot() {
  skipLink();
  watchConnection();
  const restored = await session.restore();
  // Before entering, whose first request may find that the session has ended.
  session.changes.addEventListener("in", changed);
  session.changes.addEventListener("out", changed);
  if (restored) await enter();
  onRoute(show);
}

boot().catch(fail);
