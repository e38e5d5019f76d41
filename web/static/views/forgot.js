// A forgotten password: request a code, then set a new password with it.

import { newPassword } from "./passwordrules.js";
import * as pool from "../state/pool.js";
import { go, href } from "../state/router.js";
import { accountPage, check, field, form, h } from "./ui.js";
import { CODE_ERRORS, codeField, localMailbox, resendButton } from "./confirm.js";

export default function show(outlet, route, signal) {
  if (route.arg) return reset(outlet, route.arg, signal);
  return ask(outlet);
}

function ask(outlet) {
  const name = field("Username", { autocomplete: "username", name: "username" });
  const f = form("Send the code", [name.root], async () => {
    const username = name.value.trim();
    if (!check([name, username, "Enter your username."])) return;
    await sendCode(username);
    go(href("forgot", username));
  });
  accountPage(outlet, "Forgotten password", "We send a code to the e-mail address of your account.", f.el, back());
}

// The next step looks the same whether or not the account exists, so as not to reveal it.
async function sendCode(username) {
  try {
    await pool.forgotPassword(username);
  } catch (error) {
    if (error.name !== "UserNotFoundException") throw error;
  }
}

async function reset(outlet, username, signal) {
  const code = codeField();
  const secret = await newPassword("New password");
  const f = form("Set the password", [code.root, secret.root], () => submit(username, code, secret));
  const resend = resendButton(() => sendCode(username), f.status, signal);
  accountPage(outlet, "Set a new password", `If ${username} has an account here, a code is on its way to its e-mail address.`, f.el,
    h("p", { class: "aside" }, "Nothing arrived? You can ", resend, "."), back());
  localMailbox(outlet.querySelector(".card"));
  resend.rest();
}

async function submit(username, code, secret) {
  const complete = check(
    [code, code.value.length >= 6, "The code has six digits."],
    [secret, secret.ok(), "The password does not meet every rule yet."],
  );
  if (!complete) return;
  try {
    await pool.confirmForgotPassword(username, code.value, secret.value);
  } catch (error) {
    refused(error, code, secret);
    return;
  }
  go(href("sign-in", "", { user: username, reset: "1" }), { replace: true });
}

function refused(error, code, secret) {
  // An unknown user gets the text of a wrong code, for the same reason.
  const asCode = CODE_ERRORS.has(error.name) || error.name === "UserNotFoundException";
  const blame = asCode ? code : error.name === "InvalidPasswordException" ? secret : null;
  if (!blame) throw error;
  blame.fail(error.name === "UserNotFoundException" ? "That is not the code we sent. Check the digits, or ask for a new one." : error.title);
  blame.input.focus();
}

const back = () => h("p", { class: "aside line" }, h("a", { href: href("sign-in") }, "Back to sign in"));
