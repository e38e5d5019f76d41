// The content of a message: a text or a file. Both can be started, and the visible one is sent.

import { bytes, MAX_BODY } from "../lib/format.js";
import { button, h, icon } from "./ui.js";

const NEAR = MAX_BODY * 0.9; // from here the text's size is shown

/** contentField calls onChange with {mode}, {text} or {file}. */
export function contentField(draft, onChange, signal) {
  return new Parcel(draft, onChange, signal);
}

class Parcel {
  constructor(draft, onChange, signal) {
    Object.assign(this, { mode: draft.mode, file: draft.file, onChange });
    this.note = h("p", { class: "note", id: "parcel-note" });
    this.textArea = h("textarea", { class: "input letter-text", id: "text", rows: "9", dir: "auto", "aria-describedby": "parcel-note", oninput: () => this.typed() });
    this.textArea.value = draft.text;
    this.picker = h("input", { type: "file", class: "sr", id: "file", "aria-describedby": "parcel-note", onchange: () => this.take(this.picker.files[0]) });
    this.drop = h("div", { class: "drop" });
    this.text = h("div", { class: "field" }, h("label", { for: "text" }, "Message"), this.textArea);
    this.fileBox = h("div", { class: "field" }, this.drop, this.picker);
    this.root = h("fieldset", { class: "parcel" }, h("legend", { class: "sr" }, "What to send"), this.tabs(), this.text, this.fileBox, this.note);
    this.acceptDrops(signal);
    this.paint();
  }

  get input() { return this.mode === "text" ? this.textArea : this.picker; }

  tabs() {
    const option = (mode, label) => h("label", { class: "tab" },
      h("input", { type: "radio", name: "mode", value: mode, checked: this.mode === mode, onchange: () => this.choose(mode) }), h("span", {}, label));
    return h("div", { class: "tabs" }, option("text", "Text"), option("file", "File"));
  }

  choose(mode) {
    this.mode = mode;
    this.root.querySelector(`input[value=${mode}]`).checked = true;
    this.onChange({ mode });
    this.paint();
  }

  typed() {
    this.fail("");
    this.onChange({ text: this.textArea.value });
  }

  take(file) {
    if (!file) return;
    this.file = file;
    if (this.mode !== "file") this.choose("file");
    this.fail(file.size > MAX_BODY ? `${file.name} has ${bytes(file.size)}; at most 4 MiB can be sent.` : "");
    if (file.size > MAX_BODY) this.file = null;
    this.onChange({ file: this.file });
    this.paint();
  }

  clear() {
    this.file = null;
    this.picker.value = "";
    this.onChange({ file: null });
    this.paint();
    this.picker.focus();
  }

  // The whole page accepts drops, because a file that misses a small target would replace the page.
  acceptDrops(signal) {
    const over = (on) => (event) => {
      event.preventDefault();
      this.root.classList.toggle("over", on);
    };
    addEventListener("dragover", over(true), { signal });
    addEventListener("dragleave", over(false), { signal });
    addEventListener("drop", (event) => {
      over(false)(event);
      if (!this.root.inert) this.take(event.dataTransfer.files[0]);
    }, { signal });
  }

  fail(text) {
    const size = this.mode === "text" ? new Blob([this.textArea.value]).size : 0;
    const hint = size > NEAR ? `${bytes(size)} of 4 MiB` : "Up to 4 MiB.";
    this.note.textContent = text || hint;
    this.note.classList.toggle("bad", Boolean(text));
    for (const el of [this.textArea, this.picker]) el.setAttribute("aria-invalid", String(Boolean(text) && el === this.input));
  }

  paint() {
    this.text.hidden = this.mode !== "text";
    this.fileBox.hidden = this.mode !== "file";
    this.drop.replaceChildren(...(this.file ? this.chosen() : this.invitation()));
    if (!this.note.classList.contains("bad")) this.fail("");
  }

  chosen() {
    return [icon("file"), h("p", { class: "attachment-name" }, this.file.name), h("p", { class: "quiet" }, bytes(this.file.size)),
      h("p", {}, label("Choose another"), " or ", button("remove it", { class: "link", onclick: () => this.clear() }))];
  }

  invitation() {
    return [icon("file"), h("p", {}, label("Choose a file"), " or drop it here"), h("p", { class: "quiet" }, "Its name is sealed too.")];
  }
}

// The file input cannot be styled. It stays in place, invisible, for keyboards and screen readers.
const label = (text) => h("label", { for: "file", class: "choose" }, text);
