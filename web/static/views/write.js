// Write a message or send a file: the draft, and the progress of sending.

import * as drafts from "../state/draft.js";
import * as outbox from "../state/outbox.js";
import { go, href } from "../state/router.js";
import * as session from "../state/session.js";
import { busy, button, check, form, h, icon, notice, problem, show, title } from "./ui.js";
import { contentField } from "./parcel.js";
import { recipientField } from "./recipient.js";
import { durable } from "../state/vault.js";

export default async function write(outlet, route, signal) {
  title("Write");
  if (outbox.current()?.status === "sent") outbox.clear();
  const draft = outbox.current()?.draft ?? await drafts.load(session.who().userId);
  if (signal.aborted) return null;
  const view = new Write(outlet, draft, signal);
  view.edit(route.query.get("to") ?? "");
  if (outbox.current()) view.follow();
  return view;
}

class Write {
  constructor(outlet, draft, signal) {
    Object.assign(this, { outlet, draft, signal, person: session.who() });
    outbox.changes.addEventListener("job", () => this.follow(), { signal });
    outbox.changes.addEventListener("progress", () => this.paintProgress(), { signal });
    signal.addEventListener("abort", () => this.save());
  }

  update(route) {
    const to = route.query.get("to");
    if (outbox.current()?.status === "sending" || (!to && this.form)) return;
    this.edit(to ?? "");
  }

  /** edit shows the form. to is the recipient in the link. */
  edit(to) {
    this.kept = h("p", { class: "note kept" });
    const restored = this.restoredNote(to);
    this.forms?.abort(); // an earlier form of this view accepts no more drops
    this.forms = new AbortController();
    this.signal.addEventListener("abort", () => this.forms.abort());
    if (to) this.change({ to });
    this.to = recipientField(this.draft.to, (name) => this.change({ to: name }), this.signal);
    this.content = contentField(this.draft, (change) => this.change(change), this.forms.signal);
    this.form = form("Seal and send", [this.to.root, this.content.root], () => this.submit());
    this.form.el.append(this.kept);
    this.heading = h("h1", { tabindex: "-1" }, "Write");
    this.outlet.replaceChildren(h("div", { class: "page narrow" }, this.heading, restored, this.form.el));
    durable().then((kept) => { if (!kept) this.kept.textContent = "This browser keeps no drafts here: a reload would lose the text."; });
  }

  restoredNote(to) {
    if (!drafts.hasContent(this.draft)) return null;
    const other = to && this.draft.to && to !== this.draft.to;
    return h("p", { class: "restored" }, other ? `This is what you were writing to ${this.draft.to}; it now goes to ${to}.` : "Your draft was kept.",
      " ", h("button", { type: "button", class: "link", onclick: () => this.startAfresh(to) }, "Start afresh"));
  }

  async startAfresh(to) {
    this.draft = drafts.empty();
    await drafts.discard();
    this.edit(to);
    this.to.input.focus();
  }

  // change applies an edit and deletes the idempotency key, which belongs to the old content.
  change(edit) {
    if (Object.entries(edit).every(([name, value]) => this.draft[name] === value)) return;
    this.draft = { ...this.draft, ...edit, key: "" };
    outbox.clear(); // the failure belongs to the old content
    if ("file" in edit) drafts.saveFile(edit.file);
    this.unsaved = true;
    this.kept.textContent = "";
    this.save();
  }

  // save stores every edit at once, and while it is storing only the newest after that, because a
  // reload leaves no time. It also runs when the view ends. An expired session keeps its draft. A
  // sign-out has just deleted everything, so nothing may be written after it.
  async save() {
    if (this.saving || !this.unsaved || (!session.who() && session.whyEnded() !== "expired")) return;
    this.saving = true;
    this.unsaved = false;
    await drafts.save(this.person.userId, this.draft);
    this.saving = false;
    if (this.unsaved) this.save();
    else if (drafts.hasContent(this.draft) && (await durable())) this.kept.textContent = "Draft kept on this device";
  }

  async submit() {
    const tooBig = outbox.sizeProblem(this.draft);
    const filled = this.draft.mode === "text" ? this.draft.text.trim() : this.draft.file;
    const complete = check([this.to, this.to.value, "Choose who it is for."],
      [this.content, filled, this.draft.mode === "text" ? "Write something first." : "Choose a file first."],
      [this.content, !tooBig, tooBig]);
    if (!complete) return;
    this.draft = { ...this.draft, to: this.to.value, key: this.draft.key || drafts.newKey() };
    await outbox.start(this.draft);
  }

  /** follow shows the progress of the message being sent. */
  follow() {
    const job = outbox.current();
    if (job?.status === "sending") this.sending(job);
    if (job?.status === "sent") this.sent(job);
    if (job?.status === "failed") this.failed(job);
  }

  sending() {
    this.bar = h("progress", { max: "1", "aria-label": "Progress of sending" });
    this.words = h("span", {});
    this.form.status.replaceChildren(h("div", { class: "progress" }, this.bar, h("p", { class: "quiet" }, this.words, " ",
      h("button", { type: "button", class: "link", onclick: () => outbox.current()?.cancel.abort() }, "Cancel"))));
    this.lock(true);
    this.paintProgress();
  }

  paintProgress() {
    const job = outbox.current();
    if (!this.bar || job?.status !== "sending") return;
    if (job.done < 1) this.bar.value = job.done;
    else this.bar.removeAttribute("value"); // all bytes are sent; the server seals and stores them
    this.words.textContent = job.done < 1 ? `Sending, ${Math.floor(job.done * 100)} %` : "Sealing…";
  }

  lock(on) {
    this.form.el.classList.toggle("locked", on);
    busy(this.form.submit, on);
    for (const el of this.form.el.querySelectorAll(".field, fieldset")) el.inert = on;
  }

  failed({ problem: error }) {
    this.lock(false);
    if (error.name === "AbortError") {
      show(this.form.status, notice("info", "Cancelled", h("p", {}, "Nothing was lost: it is all still here.")));
    } else if (["recipient-not-found", "bad-recipient"].includes(error.name)) {
      this.form.status.replaceChildren();
      this.to.fail(`There is nobody called “${this.draft.to}” here.`);
      this.to.input.focus();
    } else if (error.name === "recipient-not-ready") {
      show(this.form.status, problem(notReady(this.draft.to), () => this.submit()));
    } else {
      show(this.form.status, problem(kept(error), outbox.isOver(error) ? null : () => this.submit()));
    }
  }

  sent({ draft }) {
    this.draft = drafts.empty();
    this.unsaved = false;
    const h1 = h("h1", { tabindex: "-1" }, "Sealed and sent");
    title("Sent");
    this.form = null;
    this.outlet.replaceChildren(h("div", { class: "page narrow done" }, icon("mark", "mark"), h1,
      h("p", { class: "lead" }, "Only ", h("strong", {}, draft.to), " can open it."),
      h("p", { class: "actions" }, button("Write another", { class: "button", onclick: () => this.again() }), h("a", { class: "button primary", href: href("inbox") }, "To the inbox"))));
    h1.focus();
  }

  again() {
    outbox.clear();
    title("Write");
    if (location.hash !== href("write")) go(href("write"), { replace: true });
    this.edit("");
    this.to.input.focus();
  }
}

const notReady = (name) => ({ title: `${name} cannot receive yet`, detail: "The key is still being made. It takes a moment; your message is kept meanwhile." });

const kept = (error) => ({
  title: error.title ?? "The message was not sent", requestId: error.requestId, kind: error.kind,
  detail: `${error.detail ?? ""} It is kept here, and sending again never sends it twice.`.trim(),
});
