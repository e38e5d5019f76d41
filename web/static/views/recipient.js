// The recipient field: a combobox (WAI-ARIA pattern "editable combobox with list autocomplete") over
// the registered users. Any name can be typed; the server decides.

import { exact, search, shown } from "../lib/names.js";
import * as people from "../state/people.js";
import * as session from "../state/session.js";
import { field, h, seal } from "./ui.js";

const OFFERED = 6;

/** recipientField calls onChange with each new name. */
export function recipientField(value, onChange, signal) {
  const f = field("To", { autocomplete: "off", role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": "to-list", maxlength: "128", placeholder: "A username" });
  const list = h("ul", { class: "offers", id: "to-list", role: "listbox", "aria-label": "People", hidden: true });
  const box = new Combobox(f, list, onChange);
  f.input.value = value;
  f.input.after(list);
  people.all(session.who().userId, { signal, onPage: (users) => box.know(users, false) }).then((users) => box.know(users, true), () => {});
  return { ...f, get value() { return f.input.value.trim(); }, check: () => box.check() };
}

class Combobox {
  users = [];
  complete = false;
  active = -1;

  constructor(f, list, onChange) {
    Object.assign(this, { f, list, onChange });
    f.input.addEventListener("input", () => { this.offer(); onChange(f.input.value.trim()); });
    f.input.addEventListener("keydown", (event) => this.key(event));
    f.input.addEventListener("focus", () => { if (!f.input.value) this.offer(); });
    f.input.addEventListener("blur", () => { this.close(); this.check(); });
  }

  know(users, complete) {
    this.users = users;
    this.complete = complete;
    if (document.activeElement === this.f.input && !this.list.hidden) this.offer();
    if (complete && this.f.input.value && document.activeElement !== this.f.input) this.check();
  }

  offer() {
    const hits = search(this.users, this.f.input.value).filter((u) => u.userId !== session.who().userId).slice(0, OFFERED);
    // After a complete name, the list would only cover the next field.
    const chosen = hits.length === 1 && hits[0].ready && hits[0].username === this.f.input.value.trim();
    this.active = -1;
    this.list.replaceChildren(...hits.map((u, i) => this.option(u, i)));
    this.open(hits.length > 0 && !chosen);
  }

  option(user, i) {
    // mousedown, because click comes after blur, which closes the list.
    return h("li", { role: "option", id: `to-${i}`, class: "offer", "aria-selected": "false", "data-name": user.username, onmousedown: (event) => { event.preventDefault(); this.choose(user.username); } },
      seal(user.username, { broken: true }), h("span", {}, shown(user)), !user.ready && h("span", { class: "quiet" }, "Not ready yet"));
  }

  open(on) {
    this.list.hidden = !on;
    this.f.input.setAttribute("aria-expanded", String(on));
    this.f.input.removeAttribute("aria-activedescendant");
  }

  close() { this.open(false); }

  key(event) {
    const n = this.list.children.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) this.offer();
      else if (n > 0) this.move((this.active + (event.key === "ArrowDown" ? 1 : n + (this.active < 0 ? 0 : -1))) % n);
    } else if (event.key === "Enter" && !this.list.hidden && this.active >= 0) {
      event.preventDefault(); // Enter selects and does not submit
      this.choose(this.list.children[this.active].dataset.name);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    }
  }

  move(to) {
    this.list.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = to;
    const option = this.list.children[to];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.f.input.setAttribute("aria-activedescendant", option.id);
  }

  choose(name) {
    this.f.input.value = name;
    this.close();
    this.f.fail("");
    this.onChange(name);
    this.check();
  }

  // check warns early about errors of sending. It never prevents sending, because the list may be out
  // of date.
  check() {
    const name = this.f.input.value.trim();
    if (!name || !this.complete) return;
    const user = exact(this.users, name);
    if (user && user.username !== name) { // the pool's usernames ignore case, a message's recipient does not
      this.f.input.value = user.username;
      this.onChange(user.username);
    }
    if (!user) this.f.fail(`There is nobody called “${name}” here.`);
    else if (!user.ready) this.f.fail(`${user.username} cannot receive yet: the key is still being made. It takes a moment.`);
  }
}
