// The one key of the strategy shared.

import { administrator, forged, ours, signedIn, untagged, widened } from "../actors.mjs";
import { account, aliasOf, key, owner, sharedAlias, stranger } from "../values.mjs";
import { document } from "../render.mjs";

const on = { resource: key, account, resourcePolicy: document("shared-key") };
const toOwner = {
  "kms:RequestAlias": sharedAlias,
  "kms:EncryptionContext:messageId": "01K", "kms:EncryptionContext:senderId": stranger, "kms:EncryptionContext:recipientId": owner,
};
const { "kms:EncryptionContext:recipientId": _recipient, ...toNobody } = toOwner;
const under = (alias) => ({ ...toOwner, "kms:RequestAlias": alias });
const decrypt = (who, context, allowed, because) => ({ ...on, who, action: "kms:Decrypt", context, allowed, because });
const generate = (who, context, allowed, because) => ({ ...on, who, action: "kms:GenerateDataKey", context, allowed, because });

export const title = "the shared key";
export const rows = [
  decrypt(signedIn(owner), toOwner, true, "the recipient opens their own message"),
  decrypt(signedIn(stranger), toOwner, false, "the key is everybody's, the context is not"),
  decrypt(signedIn(stranger), toNobody, false, "nothing opens without a recipient"),
  decrypt(untagged(), toOwner, false, "a session without the tag is nobody's"),
  decrypt(untagged(), toNobody, false, "nor does no tag equal no recipient"),
  decrypt(forged(owner), toOwner, false, "tagging a session by hand is not signing in"),
  decrypt(widened(signedIn(stranger)), toOwner, false, "were their role given all of KMS, the key's policy would still compare tag and recipient"),
  decrypt(widened(signedIn(owner)), toNobody, false, "and want a recipient"),
  decrypt(ours("queries-message"), toOwner, false, "the function that reads has no decryption of its own"),
  decrypt(ours("producers-storemessage"), toOwner, false, "who seals cannot open"),
  decrypt(administrator("kms"), toOwner, false, "kms:* in IAM is not enough"),
  generate(ours("producers-storemessage"), toOwner, true, "a sender seals for somebody"),
  generate(ours("producers-storemessage"), toNobody, false, "but not for nobody"),
  generate(administrator("kms"), toOwner, false, "administrators do not seal"),
  ...[undefined, aliasOf(owner), "alias/payroll"].flatMap((alias) => [
    decrypt(signedIn(owner), under(alias), false, "the shared key is used by its alias alone"),
    generate(ours("producers-storemessage"), under(alias), false, "and sealed under by its alias alone"),
  ]),
  { ...on, who: administrator("kms"), action: "kms:CreateGrant", allowed: false, because: "a grant would hand decryption on" },
  { ...on, who: administrator("kms"), action: "kms:ScheduleKeyDeletion", context: { "kms:ScheduleKeyDeletionPendingWindowInDays": "30" }, allowed: true, because: "Terraform made the key and administers it" },
];
