// The account view: change the password, and end all sessions.

import * as api from "../state/api.js";
import * as pool from "../state/pool.js";
import * as session from "../state/session.js";
import { check, field, form, h, notice, password, show as showIn, title } from "./ui.js";
import { newPassword } from "./passwordrules.js";

export default async function show(outlet, route, signal) {
  title("Account");
  const change = await changePassword();
  outlet.replaceChildren(h("div", { class: "page narrow" }, h("h1", { tabindex: "-1" }, "Account"),
    h("p", {}, "You are signed in as ", h("strong", {}, session.who().username), ".", fingerprint(signal)), change, signOutEverywhere()));
}

// Users whose names look alike can compare fingerprints over another channel.
function fingerprint(signal) {
  const el = h("span", {});
  api.me(signal).then((me) => el.append(" Your fingerprint is ", h("code", {}, me.fingerprint), "."), () => {}); // optional, so errors are ignored
  return el;
}

async function changePassword() {
  const present = password("Present password", { autocomplete: "current-password", name: "password" });
  const wanted = await newPassword("New password");
  const f = form("Change the password", [username(), present.root, wanted.root], async () => {
    const complete = check([present, present.value, "Enter your present password."], [wanted, wanted.ok(), "The password does not meet every rule yet."]);
    if (!complete || !(await changed(present, wanted))) return;
    for (const el of [present.input, wanted.input]) {
      el.value = "";
      el.dispatchEvent(new Event("input"));
    }
    showIn(f.status, notice("good", "Your password is changed", h("p", {}, "Sign in with the new one from now on.")));
  });
  f.submit.classList.remove("wide");
  return section("Password", "Everybody who knew the old one is kept out from now on.", f.el);
}

// Password managers need the username.
function username() {
  const { root, input } = field("Username", { autocomplete: "username", name: "username", readonly: true });
  input.value = session.who().username;
  root.hidden = true;
  return root;
}

async function changed(present, wanted) {
  try {
    await pool.changePassword(await session.accessToken(), present.value, wanted.value);
    return true;
  } catch (error) {
    const blame = { NotAuthorizedException: present, InvalidPasswordException: wanted }[error.name];
    if (!blame) throw error;
    blame.fail(blame === present ? "That is not your present password." : error.title);
    blame.input.focus();
    return false;
  }
}

function signOutEverywhere() {
  const f = form("Sign out everywhere", [], async () => {
    await pool.globalSignOut(await session.accessToken());
    await session.signOut();
  });
  f.submit.classList.remove("wide", "primary");
  return section("Sessions", "Ends every session of yours, on this device and on all others: after a lost phone, or where a stranger may know your password (then change it first).", f.el);
}

const section = (heading, text, ...body) => h("section", { class: "question" }, h("h2", {}, heading), h("p", { class: "quiet" }, text), ...body);
