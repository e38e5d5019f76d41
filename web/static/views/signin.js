// The sign-in view. A private address shows it too if no user is signed in. The address stays, so that
// signing in leads back to it.

import { href } from "../state/router.js";
import * as session from "../state/session.js";
import { accountPage, check, field, form, h, notice, password } from "./ui.js";

const WRONG = new Set(["NotAuthorizedException", "UserNotFoundException"]);
const LOCKED = /attempts exceeded/i; // the pool's text for too many attempts, under the same error name

export default function show(outlet, route) {
  const name = field("Username", { autocomplete: "username", name: "username" });
  const secret = password("Password", { autocomplete: "current-password", name: "password" });
  name.input.value = route.query.get("user") ?? "";
  const f = form("Sign in", [name.root, secret.root], () => submit(name, secret));
  accountPage(outlet, "Sign in", lead(), explain(route), f.el,
    h("p", { class: "aside" }, h("a", { href: href("forgot") }, "Forgot your password?")),
    h("p", { class: "aside line" }, "New here? ", h("a", { href: href("sign-up") }, "Create an account")));
}

function lead() {
  return session.whyEnded() === "expired" ? "You will be taken back to where you were." : "Messages and files, each sealed for one reader alone.";
}

function explain(route) {
  if (session.whyEnded() === "expired") {
    return notice("info", "Your session has ended", h("p", {}, "Anything you were writing is kept for you on this device."));
  }
  if (route.query.has("reset")) return notice("good", "Your password is changed", h("p", {}, "Sign in with the new one."));
  if (session.whyEnded() === "signed-out") return notice("good", "You are signed out");
  return null;
}

async function submit(name, secret) {
  const username = name.value.trim();
  const complete = check([name, username, "Enter your username."], [secret, secret.value, "Enter your password."]);
  if (!complete) return;
  try {
    await session.signIn(username, secret.value);
  } catch (error) {
    await refused(error, username, secret);
  }
}

async function refused(error, username, secret) {
  if (error.name === "UserNotConfirmedException") {
    const { start } = await import("./confirm.js");
    start(username, secret.value);
    return;
  }
  if (!WRONG.has(error.name)) throw error;
  // One text for both errors, so as not to reveal which usernames exist.
  secret.fail(LOCKED.test(error.title) ? "That was tried too often. Wait a while, then try again." : "Username or password is not right.");
  secret.input.select();
  secret.input.focus();
}
