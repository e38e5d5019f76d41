// Notifications by mail. AWS asks each user once, and the user answers here. The links in the mails
// would work too, but for everyone who follows them.

import { renewNotifications } from "../state/api.js";
import { asksFirst } from "../state/config.js";
import { check, field, form, h, notice, show as showIn, title } from "./ui.js";

export default async function show(outlet) {
  const asks = await asksFirst();
  title("Notifications");
  outlet.replaceChildren(h("div", { class: "page narrow" }, h("h1", { tabindex: "-1" }, "Notifications"), asks ? questions() : nothingToAsk()));
}

const nothingToAsk = () => h("p", {}, "There is nothing to confirm or to end here: this server sends notifications by itself, without asking.");

const questions = () => [
  h("p", {}, "You can be told of messages by mail. The mails come from AWS, which asks you in a first one whether you want them."),
  question({
    heading: "Confirm", label: "Link of the first mail", button: "Confirm notifications",
    text: "Copy the address of its link “Confirm subscription” instead of following it. Following it works too, but then each later mail’s link to unsubscribe works for whoever follows it, and programs that look through mail for harmful links follow all of them. Confirmed here, only you can end it.",
    act: "confirm", done: "You will be told of messages by mail", then: "Only you can end that.",
  }),
  askAgain(),
  question({
    heading: "End", label: "Link of a notification", button: "End notifications",
    text: "Copy the address of the link to unsubscribe at the end of any notification.",
    act: "end", done: "You will not be told of messages by mail any more", then: "",
  }),
];

// SNS drops a confirmation that is not answered within 48 hours, and the user's address may have
// changed.
function askAgain() {
  const f = form("Send that mail again", [], async () => {
    await renewNotifications();
    showIn(f.status, notice("good", "A mail is on its way", h("p", {}, "It comes to the verified address of your account, and holds for 48 hours.")));
  });
  f.submit.classList.remove("wide", "primary");
  return h("section", { class: "question" }, h("h2", {}, "Ask again"),
    h("p", { class: "quiet" }, "If the first mail is lost or older than 48 hours, or your address has changed."), f.el);
}

function question({ heading, text, label, button, act, done, then }) {
  const link = field(label, { type: "url", autocomplete: "off" });
  const f = form(button, [link.root], async () => {
    if (!check([link, link.value.trim(), "Paste the link's address here."])) return;
    if (!(await answer(act, link))) return;
    link.input.value = ""; // it contains a token that was used
    showIn(f.status, notice("good", done, then && h("p", {}, then)));
  });
  f.submit.classList.remove("wide");
  if (act === "end") f.submit.classList.remove("primary");
  return h("section", { class: "question" }, h("h2", {}, heading), h("p", { class: "quiet" }, text), f.el);
}

async function answer(act, link) {
  const notifications = await import("../state/notifications.js");
  try {
    await notifications[act](link.value);
    return true;
  } catch (error) {
    if (error.name !== "wrong-link" && error.name !== "not-yours") throw error;
    link.fail(error.title);
    link.input.focus();
    return false;
  }
}
