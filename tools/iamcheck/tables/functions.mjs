// What else functions may do: each its own, row by row.

import { ours } from "../actors.mjs";
import { account, arn, bucket, owner, prefix, table, userPool } from "../values.mjs";
import { document } from "../render.mjs";

const may = (name, action, resource, because, context) => ({ who: ours(name), action, resource, account, context, allowed: true, because });
const mayNot = (name, action, resource, because, context) => ({ ...may(name, action, resource, because, context), allowed: false });

const topic = arn("sns", `${prefix}-user-${owner}`);
const alarms = arn("sns", `${prefix}-alarms`);
const withBucketPolicy = (row) => ({ ...row, resourcePolicy: document("ciphertext-bucket"), context: { ...row.context, "aws:SecureTransport": "true" } });
const newKey = { "aws:RequestTag/sealpost:prefix": prefix, "kms:KeySpec": "SYMMETRIC_DEFAULT", "kms:KeyUsage": "ENCRYPT_DECRYPT" };
const { "aws:RequestTag/sealpost:prefix": _tag, ...untaggedKey } = newKey;
const tag = { "aws:RequestTag/sealpost:prefix": prefix };
const alias = (name) => arn("kms", `alias/${name}`);
const key = arn("kms", "key/aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee");

// CreateKey with tags asks IAM alone for TagResource, because the key has no policy yet (KMS API reference, CreateKey);
// the simulator wants one.
const asCreated = (row) => ({
  ...row,
  resourcePolicy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "kms:TagResource", Resource: "*" }] },
});

const tables = ["users-1", "inbox-1", "unread-1", "notifications", "names"];
const reads = { "dynamodb:GetItem": "", "dynamodb:Query": "", "dynamodb:BatchGetItem": "", "dynamodb:Scan": "" };
const writes = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"];

// By function: what it may do on which table or index.
const dynamo = {
  "producers-verifyuser": [["dynamodb:GetItem", table("users-1")]],
  "producers-requesttopic": [],
  "producers-signup": [
    ["dynamodb:Query", table("users-1/index/byUsername")], ["dynamodb:UpdateItem", table("names")], ["dynamodb:DeleteItem", table("names")],
  ],
  "producers-storemessage": [["dynamodb:Query", table("users-1/index/byUsername")]],
  "producers-readmessage": [["dynamodb:GetItem", table("inbox-1")]],
  "queries-users": [["dynamodb:Query", table("users-1/index/directory")]],
  "queries-me": [["dynamodb:GetItem", table("users-1")]],
  "queries-inbox": [["dynamodb:Query", table("inbox-1")], ["dynamodb:BatchGetItem", table("users-1")]],
  "queries-unread": [["dynamodb:Query", table("unread-1")]],
  "queries-message": [["dynamodb:GetItem", table("inbox-1")]],
  "consumers-userkey": [],
  "consumers-usertopic": [],
  "consumers-users-1": [["dynamodb:UpdateItem", table("users-1")]],
  "consumers-inbox-1": [["dynamodb:UpdateItem", table("inbox-1")]],
  "consumers-unread-1": [["dynamodb:GetItem", table("unread-1")], ["dynamodb:PutItem", table("unread-1")]],
  "consumers-notify": [
    ["dynamodb:GetItem", table("users-1")], ["dynamodb:GetItem", table("inbox-1")],
    ["dynamodb:Query", table("unread-1")], ["dynamodb:GetItem", table("notifications")],
    ["dynamodb:UpdateItem", table("notifications")],
  ],
  "consumers-reconcile": [["dynamodb:GetItem", table("inbox-1")]],
};

const dynamoRows = Object.entries(dynamo).flatMap(([name, own]) => [
  ...own.map(([action, resource]) => may(name, action, resource, "it needs this and no more of the table")),
  ...tables.flatMap((t) => [...Object.keys(reads), ...writes].filter((action) =>
    !own.some(([a, r]) => a === action && r === table(t))).map((action) =>
    mayNot(name, action, table(t), "it has no business there"))),
]);

// The same tables of the next generation: whoever reads may read them already, so that promotion changes no right, and
// whoever fills one generation may touch no other.
const next = (resource) => resource.replace(/-1(?=\/|$)/, "-2");
const generationRows = Object.entries(dynamo).flatMap(([name, own]) => own.filter(([, resource]) => next(resource) !== resource).map(
  ([action, resource]) => ({
    ...may(name, action, next(resource), "readers are switched over by their environment alone"), allowed: !/^consumers-.*-1$/.test(name),
  })));

const storers = ["producers-storemessage"];
const fetchers = ["producers-storemessage", "queries-message", "consumers-reconcile"];
const create = { "s3:if-none-match": "*" };
const bucketRows = Object.keys(dynamo).flatMap((name) => [
  { ...may(name, "s3:PutObject", `${bucket}/sealed/abc`, "the sender stores ciphertext, once", create), allowed: storers.includes(name) },
  { ...may(name, "s3:GetObject", `${bucket}/sealed/abc`, "what describes or opens ciphertext fetches it"), allowed: fetchers.includes(name) },
  mayNot(name, "s3:DeleteObject", `${bucket}/sealed/abc`, "no function deletes messages"),
  mayNot(name, "s3:PutObject", `${bucket}/elsewhere`, "no function stores elsewhere", create),
  mayNot(name, "s3:ListBucket", bucket, "nothing walks through what is stored"),
]).map(withBucketPolicy);

const logRows = Object.keys(dynamo).flatMap((name) => ["logs:CreateLogStream", "logs:PutLogEvents"].flatMap((action) => [
  may(name, action, arn("logs", `log-group:/aws/lambda/${prefix}-${name}:log-stream:x`), "a function writes its own log"),
  mayNot(name, action, arn("logs", `log-group:/aws/lambda/${prefix}-other:log-stream:x`), "and no other's"),
]));

export const title = "functions";
export const rows = [
  ...dynamoRows, ...generationRows, ...bucketRows, ...logRows,
  may("consumers-userkey", "kms:CreateKey", "*", "it makes users' keys", newKey),
  mayNot("consumers-userkey", "kms:CreateKey", "*", "tagged as this environment's", untaggedKey),
  mayNot("consumers-userkey", "kms:CreateKey", "*", "and of the one kind that seals data keys", { ...newKey, "kms:KeySpec": "RSA_4096" }),
  asCreated(may("consumers-userkey", "kms:TagResource", key, "the tag is put on as the key is made", tag)),
  asCreated(mayNot("consumers-userkey", "kms:TagResource", key, "with this environment's prefix", { "aws:RequestTag/sealpost:prefix": "sealpost-other" })),
  may("consumers-userkey", "kms:CreateAlias", alias(`${prefix}/user/${owner}`), "it names users' keys"),
  mayNot("consumers-userkey", "kms:CreateAlias", alias("payroll"), "and takes no other names"),
  ...Object.keys(dynamo).flatMap((name) => ["kms:UpdateAlias", "kms:DeleteAlias"].map((action) =>
    mayNot(name, action, alias(`${prefix}/user/${owner}`), "a name that was given stays"))),
  ...Object.keys(dynamo).filter((name) => name !== "consumers-userkey").map((name) =>
    mayNot(name, "kms:CreateAlias", alias(`${prefix}/user/${owner}`), "one function alone names keys")),
  mayNot("consumers-userkey", "kms:CreateAlias", alias(`${prefix}/shared`), "and not the shared one, which is Terraform's"),

  may("consumers-usertopic", "cognito-idp:AdminGetUser", userPool, "it asks for the address"),
  mayNot("consumers-usertopic", "cognito-idp:AdminDeleteUser", userPool, "and changes nobody"),
  mayNot("consumers-usertopic", "cognito-idp:ListUsers", userPool, "and does not list everybody"),
  may("consumers-usertopic", "sns:CreateTopic", topic, "it makes users' topics"),
  may("consumers-usertopic", "sns:TagResource", topic, "tagged"),
  may("consumers-usertopic", "sns:Subscribe", topic, "and subscribes the address", { "sns:Protocol": "email" }),
  mayNot("consumers-usertopic", "sns:Subscribe", topic, "but no web hook", { "sns:Protocol": "https" }),
  may("consumers-usertopic", "sns:ListSubscriptionsByTopic", topic, "once"),
  may("consumers-usertopic", "sns:Unsubscribe", topic, "in place of an address that is not the user's any more"),
  mayNot("consumers-usertopic", "sns:Unsubscribe", alarms, "the operators' topic is not a user's"),
  mayNot("consumers-usertopic", "sns:Publish", topic, "who makes topics sends nothing"),
  mayNot("consumers-usertopic", "sns:Subscribe", alarms, "the operators' topic is not a user's", { "sns:Protocol": "email" }),

  may("consumers-notify", "sns:Publish", topic, "it sends notifications"),
  mayNot("consumers-notify", "sns:Publish", alarms, "and no alarms"),
  mayNot("consumers-notify", "sns:Subscribe", topic, "and subscribes nobody", { "sns:Protocol": "email" }),
  mayNot("consumers-notify", "cognito-idp:AdminGetUser", userPool, "it needs no address: the topic has it"),

  ...["consumers-reconcile", "producers-verifyuser"].flatMap((name) => ["cognito-idp:ListUsers", "cognito-idp:AdminGetUser"].map((action) =>
    mayNot(name, action, userPool, "nothing walks through the users"))),
];
