// The pool's password policy, shown while one types. The pool has the last word (it answers
// InvalidPasswordException); these are the same rules, said in time.

import { config } from "./config.js";
import { h, icon, password, sr } from "./ui.js";

// Cognito's own default, for a /config.json that says nothing else.
const POLICY = { minimumLength: 8, lowercase: true, uppercase: true, numbers: true, symbols: true };

// What counts as a symbol: Amazon Cognito Developer Guide, "Adding user pool password requirements".
const SYMBOL = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+ -]/;

async function rules() {
  const policy = { ...POLICY, ...(await config()).cognito.passwordPolicy };
  return [
    [`At least ${policy.minimumLength} characters`, (p) => [...p].length >= policy.minimumLength],
    policy.lowercase && ["A lower-case letter", (p) => /\p{Ll}/u.test(p)],
    policy.uppercase && ["An upper-case letter", (p) => /\p{Lu}/u.test(p)],
    policy.numbers && ["A digit", (p) => /[0-9]/.test(p)],
    policy.symbols && ["A symbol, such as - or !", (p) => SYMBOL.test(p.trim())],
  ].filter(Boolean);
}

/** newPassword is a password field with the rules under it. ok() says whether all are met. */
export async function newPassword(label) {
  const wanted = await rules();
  const f = password(label, { autocomplete: "new-password", name: "new-password", maxlength: "256" });
  const items = wanted.map(([text]) => h("li", {}, icon("dot"), text, sr(", not met yet")));
  const list = h("ul", { class: "rules", id: `${f.input.id}-rules`, "aria-label": "The password needs" }, items);
  f.input.setAttribute("aria-describedby", `${f.input.id}-note ${list.id}`);
  f.root.lastChild.before(list); // the note, which says what was wrong, stays next to the button
  f.input.addEventListener("input", () => wanted.forEach(([, met], i) => mark(items[i], met(f.input.value))));
  return { root: f.root, input: f.input, fail: f.fail, get value() { return f.input.value; }, ok: () => wanted.every(([, met]) => met(f.input.value)) };
}

function mark(item, met) {
  if (item.classList.contains("met") === met) return;
  item.classList.toggle("met", met);
  item.querySelector("svg").replaceWith(icon(met ? "check" : "dot"));
  item.lastChild.textContent = met ? ", met" : ", not met yet";
}
