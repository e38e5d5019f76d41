// What an operator may do with the policies of the output operator_policies, and no more.

import { account, arn, bus, prefix, queue, rule, table } from "../values.mjs";
import { document } from "../render.mjs";

const who = {
  principal: `arn:aws:sts::${account}:assumed-role/operator/olga`,
  identityPolicy: document("operator-rebuild"),
  context: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/operator` },
};
const row = (action, resource, allowed, because) => ({ who, action, resource, account, context: {}, allowed, because });
const may = (action, resource, because) => row(action, resource, true, because);
const mayNot = (action, resource, because) => row(action, resource, false, because);

const replay = arn("events", `replay/${prefix}.inbox-2.1`);
const foreign = arn("events", "replay/payroll.backfill");
const archive = arn("events", `archive/${prefix}`);
const stream = (instance, name) => arn("logs", `log-group:/aws/lambda/${prefix}-consumers-${instance}:log-stream:${name}`);

export const title = "operators who rebuild";
export const rows = [
  ...[archive, bus, replay].map((on) => may("events:StartReplay", on, "a rebuild replays our archive to our bus under a name of ours")),
  mayNot("events:StartReplay", arn("events", "archive/payroll"), "and no other archive"),
  mayNot("events:StartReplay", foreign, "nor under another name"),
  mayNot("events:StartReplay", arn("events", "event-bus/default"), "nor to another bus"),
  ...["events:DescribeReplay", "events:CancelReplay"].flatMap((action) => [
    may(action, replay, "a rebuild follows its replays, and --drop cancels them"),
    mayNot(action, foreign, "and those of nobody else"),
  ]),
  may("events:ListReplays", "*", "the replays of an earlier command are found by their names; AWS knows no narrower resource"),
  may("events:DescribeArchive", archive, "from when on is there something to replay"),
  ...["events:DescribeRule", "events:ListTargetsByRule"].map((action) => may(action, rule("inbox-2"), "nothing is replayed before the rule takes events")),
  ...["", "-dead", "-undelivered"].map((suffix) => may("sqs:GetQueueAttributes", queue("inbox-2") + suffix, "is the queue drained, and did nothing fail")),
  ...["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:PurgeQueue"].map((action) => mayNot(action, queue("inbox-2"), "it takes nothing out of a queue")),
  ...["users-2", "inbox-1", "unread-2"].flatMap((name) => ["dynamodb:DescribeTable", "dynamodb:Scan", "dynamodb:Query"].map((action) =>
    may(action, table(name), "both generations are read to be compared"))),
  ...["dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:DeleteTable"].map((action) => mayNot(action, table("inbox-2"), "and never written")),
  mayNot("dynamodb:Scan", table("notifications"), "the ledger is no projection"),
  ...["logs:CreateLogStream", "logs:PutLogEvents", "logs:GetLogEvents"].flatMap((action) => [
    may(action, stream("inbox-2", "sealpost-rebuild"), "the steps are recorded, and told by --status"),
    mayNot(action, stream("inbox-2", "2026/11/24/[$LATEST]abc"), "and what functions log is not its business"),
  ]),
  mayNot("events:PutEvents", bus, "an operator publishes nothing"),
  mayNot("lambda:UpdateFunctionConfiguration", arn("lambda", `function:${prefix}-queries-inbox`), "promoting is Terraform's"),
];
