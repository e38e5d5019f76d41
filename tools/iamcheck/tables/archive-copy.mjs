// Who writes the copy of the archive, and what an operator may do who reads it and fills projections from it.

import { account, archiveBucket, arn, bucket, prefix, queue } from "../values.mjs";
import { document } from "../render.mjs";

const operator = {
  principal: `arn:aws:sts::${account}:assumed-role/operator/olga`,
  identityPolicy: document("operator-archive"),
  context: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/operator` },
};
const row = (action, resource, allowed, because) => ({ who: operator, action, resource, account, context: {}, allowed, because });
const may = (action, resource, because) => row(action, resource, true, because);
const mayNot = (action, resource, because) => row(action, resource, false, because);

const event = `${archiveBucket}/events/2026/11/28/12/sealpost-1.gz`;

export const title = "operators who read the copy of the archive";
export const rows = [
  may("s3:GetObject", event, "sealpost events --archive shows it"),
  may("s3:ListBucket", archiveBucket, "events are found by the hour in their names"),
  mayNot("s3:GetObject", `${archiveBucket}/errors/a`, "what Firehose could not write is no event"),
  mayNot("s3:GetObject", `${bucket}/sealed/aa`, "and no message"),
  ...["s3:PutObject", "s3:DeleteObject"].map((action) => mayNot(action, event, "the copy is written by Firehose alone")),
  ...["users-2", "inbox-2", "unread-1"].flatMap((name) => [
    may("sqs:SendMessage", queue(name), "rebuild --from-archive sends its events to the generations' queues"),
    may("sqs:GetQueueAttributes", queue(name), "and looks whether they are drained"),
  ]),
  ...["userkey", "usertopic", "notify"].map((name) => mayNot("sqs:SendMessage", queue(name), "a consumer with side effects gets nothing from the copy")),
  mayNot("sqs:ReceiveMessage", queue("inbox-2"), "nothing is taken out of a queue"),
  mayNot("firehose:PutRecord", arn("firehose", `deliverystream/${prefix}-archive-copy`), "nor put into the copy"),
];
