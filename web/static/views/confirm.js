// The code that proves the e-mail address. The password stays in memory until then, so that the user
// need not type it twice. After a reload the user signs in by hand.

import { config } from "../state/config.js";
import * as pool from "../state/pool.js";
import { go, href } from "../state/router.js";
import * as session from "../state/session.js";
import { accountPage, announce, check, field, form, h } from "./ui.js";

/** CODE_ERRORS are the pool's errors that concern the code. */
export const CODE_ERRORS = new Set(["CodeMismatchException", "ExpiredCodeException", "TooManyFailedAttemptsException"]);

const WAIT = 30; // seconds between two requests for a code

let waiting = null; // { username, password, sent }

/** start is called after a sign-up, or after a sign-in to an account that was never confirmed. */
export function start(username, password, { sent = false } = {}) {
  waiting = { username, password, sent };
  go(href("confirm", username));
}

export default function show(outlet, route, signal) {
  const username = route.arg;
  if (!username) {
    go(href("sign-in"), { replace: true });
    return;
  }
  const code = codeField();
  const f = form("Confirm", [code.root], () => submit(username, code));
  const resend = resendButton(() => pool.resendCode(username), f.status, signal);
  accountPage(outlet, "Check your e-mail", `We sent a code to the address of ${username}.`, f.el,
    h("p", { class: "aside" }, "Nothing arrived? Look among the spam, or ", resend, "."),
    h("p", { class: "aside line" }, h("a", { href: href("sign-in") }, "Back to sign in")));
  localMailbox(outlet.querySelector(".card"));
  if (waiting?.username === username && !waiting.sent) resend.click(); // the first code may have expired
  else resend.rest();
}

/** codeField accepts six digits, with spaces as people paste them. */
export function codeField() {
  const f = field("Code", { inputmode: "numeric", autocomplete: "one-time-code", name: "code", maxlength: "12", class: "input code" });
  return { ...f, get value() { return f.input.value.replace(/\D/g, ""); } };
}

/** localMailbox says where to find a code that was not sent. Only the server's terminal shows the URL. */
export async function localMailbox(place) {
  const { mailKept } = await config().catch(() => ({}));
  if (!mailKept) return;
  place.append(h("p", { class: "aside" }, "This server sends no mail. It printed the address of its mailbox when it started; ", h("code", {}, "sealpost mailbox"), " shows the same."));
}

/** resendButton requests another code. It then pauses, because the pool limits requests. */
export function resendButton(ask, status, signal) {
  const el = h("button", { type: "button", class: "link" }, "send another code");
  const rest = () => {
    let left = WAIT;
    const tick = () => {
      el.setAttribute("aria-disabled", String(left > 0));
      el.textContent = left > 0 ? `send another code (in ${left} s)` : "send another code";
      if (left-- <= 0) clearInterval(timer);
    };
    const timer = setInterval(tick, 1000);
    signal.addEventListener("abort", () => clearInterval(timer));
    tick();
  };
  el.addEventListener("click", async () => {
    if (el.getAttribute("aria-disabled") === "true") return;
    rest();
    const ui = await import("./ui.js");
    try {
      await ask();
      status.replaceChildren(ui.notice("good", "A new code is on its way"));
    } catch (error) {
      status.replaceChildren(ui.problem(error));
    }
  });
  return Object.assign(el, { rest });
}

async function submit(username, code) {
  if (!check([code, code.value.length >= 6, "The code has six digits."])) return;
  try {
    await pool.confirmSignUp(username, code.value);
  } catch (error) {
    if (!CODE_ERRORS.has(error.name)) {
      await alreadyConfirmed(error, username);
      return;
    }
    code.fail(error.title);
    code.input.focus();
    code.input.select();
    return;
  }
  announce("Your address is confirmed.");
  await enter(username);
}

// A second confirmation (two tabs, or a lost answer) is no error to the user.
async function alreadyConfirmed(error, username) {
  if (error.name !== "NotAuthorizedException" || !/CONFIRMED/.test(error.title)) throw error;
  await enter(username);
}

async function enter(username) {
  const password = waiting?.username === username ? waiting.password : "";
  waiting = null;
  if (!password) {
    go(href("sign-in", "", { user: username }), { replace: true });
    return;
  }
  await session.signIn(username, password);
}
