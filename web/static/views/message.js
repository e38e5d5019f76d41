// One opened message. Fetching has no side effect. The message is marked as read once it is shown.

import * as api from "../state/api.js";
import { read } from "../state/content.js";
import { bytes, timeOfID, whenInFull } from "../lib/format.js";
import { shown } from "../lib/names.js";
import * as mailbox from "../state/mailbox.js";
import { go, href } from "../state/router.js";
import { h, icon, problem, seal, sr, title } from "./ui.js";
import { slowly } from "./slow.js";

/** placeholder fills the pane while no message is open. Phones do not show it. */
export const placeholder = () => h("div", { class: "placeholder" }, icon("mark", "mark faint"), h("p", { class: "quiet" }, "Choose a message to open its seal."));

/** openMessage shows a message in the pane until signal aborts. back is the address of its list. */
export async function openMessage(pane, id, back, signal) {
  const known = mailbox.find(id);
  const body = h("div", { class: "body", "aria-busy": "true" }, h("p", { class: "opening" }, "Opening…"));
  const head = heading(known, id);
  const status = h("div", { class: "status" });
  pane.replaceChildren(h("article", { class: "letter", onkeydown: escapeTo(back) }, backTo(back), head.el, body, status));
  pane.scrollTop = 0;
  head.h1.focus({ preventScroll: true });
  title(known ? `From ${sender(known)}` : "Message");
  const done = slowly(status, signal);
  try {
    const response = await api.message(id, signal);
    const content = await read(response);
    const shown = await render(content, signal);
    if (signal.aborted) return;
    if (!known) await complete(head, id, signal);
    body.replaceChildren(...shown);
    await mailbox.markRead(id);
    head.breakSeal();
  } catch (error) {
    if (signal.aborted) return;
    failed(error, { head: head.el, body, status, back, retry: () => openMessage(pane, id, back, signal) });
  } finally {
    done();
    body.removeAttribute("aria-busy");
  }
}

const sender = (m) => shown(m.from) || "Unknown sender";

function heading(m, id) {
  const h1 = h("h1", { tabindex: "-1" }, m ? sender(m) : "Message");
  const sent = m ? new Date(m.sentAt) : timeOfID(id);
  const facts = h("p", { class: "facts" }, sent && h("time", { datetime: sent.toISOString() }, whenInFull(sent)), m && h("span", {}, bytes(m.size)));
  const mark = h("span", { class: "letter-seal" }, seal(m?.from.username ?? "", { broken: m?.read ?? true }));
  const reply = h("p", { class: "reply" }, replyLink(m));
  const breakSeal = () => mark.replaceChildren(seal(mailbox.find(id)?.from.username ?? "", { broken: true }));
  return { el: h("header", { class: "letter-head" }, mark, h("div", {}, h1, facts), reply), h1, mark, reply, facts, breakSeal };
}

const replyLink = (m) => m?.from.username ? h("a", { class: "button small", href: href("write", "", { to: m.from.username }) }, "Reply") : "";

// A message opened by its URL arrives before the list, which then completes the heading.
async function complete(head, id, signal) {
  const m = await mailbox.lookFor(id, signal);
  if (!m || signal.aborted) return;
  head.h1.textContent = sender(m);
  head.facts.append(h("span", {}, bytes(m.size)));
  head.mark.replaceChildren(seal(m.from.username, { broken: m.read }));
  head.reply.replaceChildren(replyLink(m));
  title(`From ${sender(m)}`);
}

function failed(error, { head, body, status, back, retry }) {
  if (body.querySelector(".opening")) body.replaceChildren();
  if (error.name === "message-not-found") {
    const h1 = h("h1", { tabindex: "-1" }, "There is no such message");
    head.remove();
    body.replaceChildren(h("div", { class: "empty" }, h1, h("p", { class: "quiet" }, "It may be meant for somebody else, or the link is incomplete."),
      h("p", {}, h("a", { class: "button", href: back }, "To the inbox"))));
    h1.focus();
    return;
  }
  status.replaceChildren(problem(error, retry));
}

const backTo = (address) => h("a", { class: "back", href: address }, icon("back"), "Inbox");

const escapeTo = (address) => (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) go(address);
};

/** render returns the elements for a content. Its blob URLs are revoked with the signal. */
async function render(content, signal) {
  const address = (blob) => {
    const url = URL.createObjectURL(blob);
    signal.addEventListener("abort", () => URL.revokeObjectURL(url));
    return url;
  };
  if (content.kind === "text") return text(content, address);
  if (content.kind === "image") {
    const img = await image(content, address(content.blob));
    if (img) return [h("figure", { class: "picture" }, img), attachment(content.filename || "image", content.original, address)];
  }
  return [attachment(content.filename, content.original ?? content.blob, address), h("p", { class: "quiet" }, "Only open what you expected from this sender. It is not shown here, because a page cannot make sure that it is harmless.")];
}

function text(content, address) {
  const letter = h("div", { class: "text", dir: "auto" }, content.text);
  const cut = content.cut && h("p", { class: "quiet" }, "The text goes on; save it to read the rest.");
  const file = (content.cut || content.filename) && attachment(content.filename || "message.txt", content.blob, address);
  return [letter, cut, file].filter(Boolean);
}

// The image is decoded before it is shown, so that its space is reserved. Data that cannot be decoded
// is not shown as an image.
async function image({ filename }, url) {
  const img = h("img", { src: url, alt: filename ? `Picture: ${filename}` : "Picture without a name" });
  try {
    await img.decode();
  } catch {
    return null;
  }
  img.width = img.naturalWidth;
  img.height = img.naturalHeight;
  return img;
}

function attachment(filename, blob, address) {
  return h("a", { class: "attachment", href: address(blob), download: filename || "message" },
    icon("file"), h("span", { class: "attachment-name" }, sr("Save "), filename || "unnamed file"), h("span", { class: "quiet" }, bytes(blob.size)), icon("save"));
}
