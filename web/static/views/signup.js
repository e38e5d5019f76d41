// Sign-up, the first of two steps. The second is the code by e-mail.

import * as pool from "../state/pool.js";
import { newPassword } from "./passwordrules.js";
import { href } from "../state/router.js";
import { accountPage, check, field, form, h } from "./ui.js";
import { start } from "./confirm.js";

const EMAIL = /^[^\s@]+@[^\s@]+$/; // the real check is the code

export default async function show(outlet) {
  const name = field("Username", { autocomplete: "username", name: "username", maxlength: "128", hint: "How others find you. It cannot be changed later." });
  const email = field("E-mail", { autocomplete: "email", name: "email", type: "email", inputmode: "email", hint: "For the code, and for word of new messages. Never shown to others." });
  const secret = await newPassword("Password");
  const f = form("Create account", [name.root, email.root, secret.root], () => submit(name, email, secret));
  accountPage(outlet, "Create an account", "It takes a minute and an e-mail address.", f.el,
    h("p", { class: "aside line" }, "Have one already? ", h("a", { href: href("sign-in") }, "Sign in")));
}

async function submit(name, email, secret) {
  const username = name.value.trim();
  const address = email.value.trim();
  const complete = check(
    [name, username, "Choose a username."],
    [name, !/\s/.test(username), "A username has no spaces."],
    [email, EMAIL.test(address), "Enter an e-mail address, such as ada@example.org."],
    [secret, secret.ok(), "The password does not meet every rule yet."],
  );
  if (!complete) return;
  try {
    await pool.signUp(username, address, secret.value);
  } catch (error) {
    refused(error, name, email, secret);
    return;
  }
  start(username, secret.value, { sent: true });
}

// An error of one field is shown at that field.
function refused(error, name, email, secret) {
  const blame = { UsernameExistsException: name, InvalidPasswordException: secret, AliasExistsException: email }[error.name];
  if (!blame) throw error;
  blame.fail(error.title);
  blame.input.focus();
}
