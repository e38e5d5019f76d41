// Who may do what with a user's topic, besides the functions.

import { administrator, forged, otherAccount, signedIn, untagged } from "../actors.mjs";
import { account, arn, owner, prefix, stranger } from "../values.mjs";

const topic = (user) => ({ resource: arn("sns", `${prefix}-user-${user}`), account });

export const title = "notifications";
export const rows = [
  ...["sns:ConfirmSubscription", "sns:Unsubscribe"].flatMap((action) => [
    { ...topic(owner), who: signedIn(owner), action, context: {}, allowed: true, because: "people confirm and end their own notifications" },
    { ...topic(owner), who: signedIn(stranger), action, context: {}, allowed: false, because: "and nobody else's" },
    { ...topic(stranger), who: signedIn(owner), action, context: {}, allowed: false, because: "and nobody else's" },
    { ...topic(owner), who: signedIn("*"), action, context: {}, allowed: false, because: "a sub that were a wildcard would be a name like others" },
    { ...topic(owner), who: untagged(), action, context: {}, allowed: false, because: "a session without the tag is nobody" },
    { ...topic(owner), who: forged(owner), action, context: {}, allowed: true, because: "who may change IAM can do as much to a topic anyway; it opens nothing" },
    { resource: arn("sns", `${prefix}-alarms`), account, who: signedIn(owner), action, context: {}, allowed: false, because: "the alarms' topic is no user's" },
  ]),
  ...["sns:Publish", "sns:Subscribe", "sns:ListSubscriptionsByTopic", "sns:GetTopicAttributes", "sns:DeleteTopic"].map((action) => (
    { ...topic(owner), who: signedIn(owner), action, context: {}, allowed: false, because: "that is all that they may" })),
  { ...topic(owner), who: otherAccount("sns"), action: "sns:Publish", context: {}, allowed: false, because: "another account has no business there" },
  { ...topic(owner), who: administrator("sns"), action: "sns:ListSubscriptionsByTopic", context: {}, allowed: true, because: "operators whom IAM lets look at topics" },
];
