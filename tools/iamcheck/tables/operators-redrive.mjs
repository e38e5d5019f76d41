// What an operator may do with the policy redrive of the output operator_policies, and no more: the queues' own
// policies name rules only and deny nothing but plain HTTP, so an identity policy of the same account is enough.

import { plainHttp, tls } from "../actors.mjs";
import { account, arn, consumers, prefix, queue } from "../values.mjs";
import { document } from "../render.mjs";

const who = {
  principal: `arn:aws:sts::${account}:assumed-role/operator/olga`,
  identityPolicy: document("operator-redrive"),
  context: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/operator` },
};
const onQueue = (name, suffix) => ({ who, resource: queue(name) + suffix, account, resourcePolicy: document(`queue-${name}${suffix}`), context: tls });
const log = (name) => ({ who, action: "logs:FilterLogEvents", resource: arn("logs", `log-group:/aws/lambda/${prefix}-${name}:log-stream:x`), account, context: {} });

export const title = "operators who redrive";
export const rows = [
  ...Object.keys(consumers).flatMap((name) => ["-dead", "-undelivered"].flatMap((suffix) => [
    ...["sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage"].map((action) => ({
      ...onQueue(name, suffix), action, allowed: true, because: "dead letters are looked at, returned, and taken out once they were sent back",
    })),
    { ...onQueue(name, suffix), action: "sqs:PurgeQueue", allowed: false, because: "nothing is thrown away" },
  ])),
  ...Object.keys(consumers).flatMap((name) => [
    { ...onQueue(name, ""), action: "sqs:SendMessage", allowed: true, because: "a letter goes back to its consumer's queue" },
    { ...onQueue(name, ""), action: "sqs:GetQueueAttributes", allowed: true, because: "has the queue drained" },
    ...["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"].map((action) => ({
      ...onQueue(name, ""), action, allowed: false, because: "what is on its way to a consumer is the consumer's",
    })),
    { ...log(`consumers-${name}`), allowed: true, because: "the reason is in the function's log" },
  ]),
  { ...onQueue("inbox-1", "-dead"), action: "sqs:ReceiveMessage", context: plainHttp, allowed: false, because: "nothing travels in the clear" },
  { who, action: "sqs:SendMessage", resource: arn("sqs", `${prefix}-subscriber-audit`), account, resourcePolicy: document("subscriber-queue"), context: tls, allowed: false, because: "other teams' queues are theirs" },
  { ...log("queries-message"), allowed: false, because: "other functions' logs say nothing of dead letters" },
  { who, action: "sqs:ReceiveMessage", resource: arn("sqs", "payroll-consumers-x-dead"), account, context: tls, allowed: false, because: "nor is another system's queue ours" },
];
