// Queues: each takes from its own rule alone, and gives to its own consumer alone.

import { administrator, otherAccount, ours, plainHttp, service, tls } from "../actors.mjs";
import { account, arn, bucket, consumers, prefix, queue, rule } from "../values.mjs";
import { document } from "../render.mjs";

const names = Object.keys(consumers);
const queueOf = (name, suffix = "") => ({ resource: queue(name) + suffix, account, resourcePolicy: document(`queue-${name}${suffix}`) });
const reconcile = queueOf("reconcile");
const subscriber = { resource: arn("sqs", `${prefix}-subscriber-audit`), account, resourcePolicy: document("subscriber-queue") };
const consumer = (name) => ours(`consumers-${name}`);
const taking = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

export const title = "queues";
export const rows = [
  ...names.flatMap((q) => names.flatMap((r) => ["", "-undelivered"].map((suffix) => ({
    ...queueOf(q, suffix), who: service("events", rule(r)), action: "sqs:SendMessage", context: tls, allowed: q === r,
    because: q === r ? "a rule fills its own queue and dead-letter queue" : "and nobody else's",
  })))),
  ...names.map((q) => ({
    ...queueOf(q, "-dead"), who: service("events", rule(q)), action: "sqs:SendMessage", context: tls, allowed: false,
    because: "what is in the dead-letter queue of a queue came from the queue",
  })),
  { ...queueOf("notify"), who: service("events", rule("notify").replace(account, "210987654321"), "210987654321"), action: "sqs:SendMessage", context: tls, allowed: false, because: "another account's rule of the same name is another rule" },
  { ...queueOf("notify"), who: service("events", rule("notify")), action: "sqs:SendMessage", context: plainHttp, allowed: false, because: "nothing travels in the clear" },
  { ...queueOf("notify"), who: service("sns", arn("sns", "any")), action: "sqs:SendMessage", context: tls, allowed: false, because: "no other service sends" },
  { ...queueOf("notify"), who: otherAccount("sqs"), action: "sqs:SendMessage", context: tls, allowed: false, because: "no other account sends" },
  { ...queueOf("notify"), who: otherAccount("sqs"), action: "sqs:ReceiveMessage", context: tls, allowed: false, because: "no other account receives" },
  { ...queueOf("notify"), who: administrator("sqs"), action: "sqs:ReceiveMessage", context: tls, allowed: true, because: "operators whom IAM lets look at queues and redrive" },

  { ...reconcile, who: service("s3", bucket), action: "sqs:SendMessage", context: tls, allowed: true, because: "S3 tells of the bucket's objects" },
  { ...reconcile, who: service("s3", `${bucket}-other`), action: "sqs:SendMessage", context: tls, allowed: false, because: "and of no other bucket's" },
  { ...reconcile, who: service("s3", bucket, "210987654321"), action: "sqs:SendMessage", context: tls, allowed: false, because: "nor of another account's, whose bucket has this name once ours is gone" },
  { ...reconcile, who: service("events", rule("inbox-1")), action: "sqs:SendMessage", context: tls, allowed: false, because: "no rule sends there" },
  { ...reconcile, resource: `${reconcile.resource}-dead`, resourcePolicy: document("queue-reconcile-dead"), who: service("s3", bucket), action: "sqs:SendMessage", context: tls, allowed: false, because: "what is in the dead-letter queue of a queue came from the queue" },
  ...taking.flatMap((action) => ["reconcile", ...names].map((c) => ({
    ...reconcile, who: consumer(c), action, context: tls, allowed: c === "reconcile",
    because: c === "reconcile" ? "the reconciler takes from its own queue" : "and nothing else does",
  }))),

  ...names.flatMap((c) => names.flatMap((q) => taking.map((action) => ({
    ...queueOf(q), who: consumer(c), action, context: tls, allowed: c === q,
    because: c === q ? "a consumer takes from its own queue" : "and from no other",
  })))),
  ...names.map((c) => ({ ...queueOf(c), who: consumer(c), action: "sqs:SendMessage", context: tls, allowed: false, because: "consumers do not send to themselves" })),

  { ...subscriber, who: service("events", arn("events", `rule/${prefix}/${prefix}-subscriber-audit`)), action: "sqs:SendMessage", context: tls, allowed: true, because: "a subscriber's rule fills its queue" },
  { ...subscriber, who: service("events", rule("inbox-1")), action: "sqs:SendMessage", context: tls, allowed: false, because: "no other rule does" },
  { ...subscriber, who: otherAccount("sqs"), action: "sqs:ReceiveMessage", context: tls, allowed: true, because: "the subscriber's role in its own account reads" },
  { ...subscriber, who: otherAccount("sqs"), action: "sqs:SendMessage", context: tls, allowed: false, because: "but makes up no events" },
  { ...subscriber, who: otherAccount("sqs", "somebody"), action: "sqs:ReceiveMessage", context: tls, allowed: false, because: "another role of that account does not" },
  { ...subscriber, who: otherAccount("sqs"), action: "sqs:ReceiveMessage", context: plainHttp, allowed: false, because: "nor does anybody in the clear" },
];
