// What the key admins' role may do to users' keys, and what anybody may look at.

import { administrator, ours } from "../actors.mjs";
import { account, arn, key, prefix, role, table } from "../values.mjs";
import { document } from "../render.mjs";

const on = { resource: key, account, resourcePolicy: document("user-key") };
const tagged = { "aws:ResourceTag/sealpost:prefix": prefix };
const keyAdmin = ours("key-admin");
const administration = [
  "DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListResourceTags", "ListGrants", "PutKeyPolicy", "EnableKey",
  "DisableKey", "EnableKeyRotation", "UpdateKeyDescription", "ScheduleKeyDeletion", "CancelKeyDeletion", "RevokeGrant",
];
// The shared key, which make destroy deletes with the same command.
const shared = { ...on, resourcePolicy: document("shared-key") };
const operator = {
  principal: `arn:aws:sts::${account}:assumed-role/operator/olga`,
  identityPolicy: document("operator-keys"),
  context: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/operator` },
};
const looking = ["DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListResourceTags", "ListGrants"];

export const title = "administration of users' keys";
export const rows = [
  ...["kms:DescribeKey", "kms:ListResourceTags"].map((action) => ({
    ...on, who: keyAdmin, action, allowed: true, because: "a key is found as soon as it is made: its tag counts in authorization within five minutes only",
  })),
  { ...shared, who: keyAdmin, action: "kms:ScheduleKeyDeletion", context: tagged, allowed: true, because: "make destroy deletes the shared key too" },
  ...["kms:ListKeys", "kms:ListAliases"].map((action) => ({
    who: keyAdmin, action, resource: "*", account, allowed: true, because: "keys are found by their tags, also without an alias",
  })),
  { who: keyAdmin, action: "dynamodb:Query", resource: table("users-1/index/byUsername"), account, allowed: true, because: "sealpost keys --user takes a username" },
  { who: keyAdmin, action: "dynamodb:Scan", resource: table("users-1"), account, allowed: false, because: "and needs no more of the table" },
  { who: keyAdmin, action: "kms:DeleteAlias", resource: arn("kms", `alias/${prefix}/user/x`), account, allowed: false, because: "an alias goes with its key, so that it never leads to another" },
  { who: operator, action: "sts:AssumeRole", resource: role("key-admin"), account, resourcePolicy: document("key-admin-trust-named"), context: { "aws:SecureTransport": "true" }, allowed: false, because: "the role trusts the principals that are named" },
  { who: operator, action: "sts:AssumeRole", resource: role("key-admin"), account, resourcePolicy: document("key-admin-trust"), context: { "aws:MultiFactorAuthPresent": "true" }, allowed: true, because: "an operator becomes a key admin to use sealpost keys" },
  { who: operator, action: "sts:AssumeRole", resource: role("opener"), account, resourcePolicy: document("opener-trust"), allowed: false, because: "and nothing else" },
  ...administration.map((name) => ({
    ...on, who: keyAdmin, action: `kms:${name}`, context: tagged, allowed: true, because: "key admins administer the keys of their environment",
  })),
  ...administration.filter((name) => !looking.includes(name)).map((name) => ({
    ...on, who: keyAdmin, action: `kms:${name}`, context: { "aws:ResourceTag/sealpost:prefix": "sealpost-other" }, allowed: false,
    because: "and not those of another environment of the account",
  })),
  ...looking.map((name) => ({
    ...on, who: administrator("kms"), action: `kms:${name}`, allowed: true, because: "whoever IAM lets may look at what a key is, so that audits see all of them",
  })),
];
