// What the key admins' role may do to users' keys, and what anybody may look at.

import { administrator, ours } from "../actors.mjs";
import { account, key, prefix } from "../values.mjs";
import { document } from "../render.mjs";

const on = { resource: key, account, resourcePolicy: document("user-key") };
const tagged = { "aws:ResourceTag/sealpost:prefix": prefix };
const keyAdmin = ours("key-admin");
const administration = [
  "DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListResourceTags", "ListGrants", "PutKeyPolicy", "EnableKey",
  "DisableKey", "EnableKeyRotation", "UpdateKeyDescription", "ScheduleKeyDeletion", "CancelKeyDeletion", "RevokeGrant",
];
const looking = ["DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListResourceTags", "ListGrants"];

export const title = "administration of users' keys";
export const rows = [
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
