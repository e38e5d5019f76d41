// A user made before key_strategy was changed. The documents are the same under either strategy, which
// terraform/tests/policies.tftest.hcl checks on the plans of both.

import { ours, signedIn } from "../actors.mjs";
import { account, aliasOf, key, owner, sharedAlias, stranger } from "../values.mjs";
import { document } from "../render.mjs";

const context = (alias) => ({
  "kms:EncryptionContext:messageId": "01K", "kms:EncryptionContext:senderId": stranger, "kms:EncryptionContext:recipientId": owner,
  "kms:RequestAlias": alias,
});

export const title = "users from before a change of key_strategy";
export const rows = [
  ["user-key", aliasOf(owner), "a user with a key of their own, now that it is shared,"],
  ["shared-key", sharedAlias, "a user of the shared key, now that it is per-user,"],
].flatMap(([policy, alias, user]) => {
  const on = { resource: key, account, resourcePolicy: document(policy), context: context(alias) };
  return [
    { ...on, who: ours("producers-storemessage"), action: "kms:GenerateDataKey", allowed: true, because: `${user} can be written to` },
    { ...on, who: signedIn(owner), action: "kms:Decrypt", allowed: true, because: `${user} opens everything that was stored` },
    { ...on, who: signedIn(stranger), action: "kms:Decrypt", allowed: false, because: `${user} alone opens it` },
  ];
});
