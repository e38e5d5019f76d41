// A field for a new password, followed by the pool's rules.

import { rules } from "../lib/passwords.js";
import { config } from "../state/config.js";
import { h, icon, password, sr } from "./ui.js";

/** newPassword returns the field. ok() reports whether every rule is met. */
export async function newPassword(label) {
  const wanted = rules((await config()).cognito.passwordPolicy);
  const f = password(label, { autocomplete: "new-password", name: "new-password", maxlength: "256" });
  const items = wanted.map(({ text }) => h("li", {}, icon("dot"), text, sr(", not met yet")));
  const list = h("ul", { class: "rules", id: `${f.input.id}-rules`, "aria-label": "The password needs" }, items);
  f.input.setAttribute("aria-describedby", `${f.input.id}-note ${list.id}`);
  f.root.lastChild.before(list); // keep the error note next to the button
  f.input.addEventListener("input", () => wanted.forEach(({ met }, i) => mark(items[i], met(f.input.value))));
  return { root: f.root, input: f.input, fail: f.fail, get value() { return f.input.value; }, ok: () => wanted.every(({ met }) => met(f.input.value)) };
}

function mark(item, met) {
  if (item.classList.contains("met") === met) return;
  item.classList.toggle("met", met);
  item.querySelector("svg").replaceWith(icon(met ? "check" : "dot"));
  item.lastChild.textContent = met ? ", met" : ", not met yet";
}
