// The key of one user, made under the strategy per-user, whatever the strategy is now.

import { administrator, forged, ours, rootUser, signedIn, untagged, widened } from "../actors.mjs";
import { account, aliasOf, foreignKey, key, owner, sharedAlias, stranger } from "../values.mjs";
import { document } from "../render.mjs";

const resourcePolicy = document("user-key");
const on = { resource: key, account, resourcePolicy };
const toOwner = {
  "kms:RequestAlias": aliasOf(owner),
  "kms:EncryptionContext:messageId": "01K", "kms:EncryptionContext:senderId": stranger, "kms:EncryptionContext:recipientId": owner,
};
const under = (alias) => ({ ...toOwner, "kms:RequestAlias": alias });
const toStranger = { ...toOwner, "kms:EncryptionContext:recipientId": stranger };
const { "kms:EncryptionContext:recipientId": _recipient, ...toNobody } = toOwner;
const { "kms:EncryptionContext:senderId": _sender, ...fromNobody } = toOwner;

const decrypt = (who, context, allowed, because) => ({ ...on, who, action: "kms:Decrypt", context, allowed, because });
const generate = (who, context, allowed, because) => ({ ...on, who, action: "kms:GenerateDataKey", context, allowed, because });
const key30 = { "kms:ScheduleKeyDeletionPendingWindowInDays": "30" };

// What the account would have on a key of its own with the usual policy.
const foreign = {
  resource: foreignKey, account,
  resourcePolicy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "kms:*", Resource: "*" }] },
};

export const title = "a user's key";
export const rows = [
  decrypt(signedIn(owner), toOwner, true, "the recipient opens their own message"),
  decrypt(signedIn(owner), toStranger, false, "the owner of the key opens nothing that was sealed for another"),
  decrypt(signedIn(owner), toNobody, false, "what names no recipient was not sealed by Sealpost"),
  decrypt(signedIn(stranger), toOwner, false, "another user opens nothing"),
  decrypt(signedIn(stranger), toStranger, false, "a context with one's own name does not make another's key one's own"),
  decrypt(untagged(), toOwner, false, "a session without the tag is nobody's"),
  decrypt(forged(owner), toOwner, false, "tagging a session by hand is not signing in: the identity pool's audience is missing"),
  decrypt(widened(signedIn(stranger)), toOwner, false, "were their role given all of KMS, the key would still know its owner"),
  decrypt(widened(signedIn(owner)), toStranger, false, "and open nothing that names another, even for its owner"),
  decrypt(widened(untagged()), toOwner, false, "nor anything for a session without the tag"),
  decrypt(ours("queries-message"), toOwner, false, "the function that reads has no decryption of its own"),
  decrypt(ours("producers-storemessage"), toOwner, false, "who seals cannot open"),
  decrypt(ours("consumers-userkey"), toOwner, false, "who makes keys cannot use them"),
  decrypt(ours("key-admin"), toOwner, false, "who administers keys cannot use them"),
  decrypt(administrator("kms"), toOwner, false, "kms:* in IAM is not enough: the key's policy decides"),
  decrypt(rootUser(), toOwner, false, "nor is being the account's root"),
  { ...on, who: administrator("kms"), action: "kms:CreateGrant", allowed: false, because: "a grant would hand decryption on" },
  { ...on, who: ours("key-admin"), action: "kms:CreateGrant", allowed: false, because: "a grant would hand decryption on" },
  { ...on, who: administrator("kms"), action: "kms:ReEncryptFrom", context: toOwner, allowed: false, because: "re-encrypting under another key is decrypting" },
  { ...on, who: administrator("kms"), action: "kms:PutKeyPolicy", allowed: false, because: "who could change the policy could open; that is for the key admins' role, with a second factor and a trail" },
  { ...on, who: ours("consumers-userkey"), action: "kms:PutKeyPolicy", allowed: false, because: "the policy is given when the key is made, and stays" },

  generate(ours("producers-storemessage"), toOwner, true, "a sender seals for the owner"),
  generate(ours("producers-storemessage"), toStranger, false, "not for another under the owner's key"),
  generate(ours("producers-storemessage"), toNobody, false, "nor for nobody"),
  generate(ours("producers-storemessage"), fromNobody, false, "nor without saying who sends"),
  ...[undefined, sharedAlias, aliasOf(stranger), "alias/payroll"].flatMap((alias) => [
    generate(ours("producers-storemessage"), under(alias), false, "a key is sealed under by its owner's alias alone, whatever an event says"),
    decrypt(signedIn(owner), under(alias), false, "and opened by it alone"),
    decrypt(widened(signedIn(owner)), under(alias), false, "which the key itself demands"),
  ]),
  generate(ours("queries-message"), toOwner, false, "readers do not seal"),
  generate(signedIn(owner), toOwner, false, "users seal by the API alone"),
  generate(administrator("kms"), toOwner, false, "nor do administrators: what they sealed would look like a message"),
  { ...foreign, who: ours("producers-storemessage"), action: "kms:GenerateDataKey", context: toNobody, allowed: false, because: "without a recipient, the sender's role uses no key of the account" },
  ...[undefined, "alias/payroll", `alias/sealpost-other/user/${owner}`, "alias/sealpost-other/shared"].flatMap((alias) => [
    { ...foreign, who: ours("producers-storemessage"), action: "kms:GenerateDataKey", context: under(alias), allowed: false, because: "a forged event cannot make it seal under a key that has no alias of this deployment" },
    { ...foreign, who: signedIn(owner), action: "kms:Decrypt", context: under(alias), allowed: false, because: "nor make a reader open what was sealed under one" },
  ]),
  { ...foreign, who: signedIn(owner), action: "kms:Decrypt", context: under(aliasOf(stranger)), allowed: false, because: "nor under another user's" },
  ...["kms:UpdateAlias", "kms:DeleteAlias"].flatMap((action) => [ours("consumers-userkey"), ours("key-admin"), ours("producers-storemessage"), administrator("kms")].map((who) =>
    ({ ...on, who, action, allowed: false, because: "an alias that was given is moved by no one" }))),
  { ...foreign, who: signedIn(owner), action: "kms:Decrypt", context: toStranger, allowed: false, because: "on any other key of the account a user opens only what names them as the recipient" },
  { ...foreign, who: signedIn(owner), action: "kms:Decrypt", allowed: false, because: "and nothing without a context" },

  { ...on, who: ours("consumers-userkey"), action: "kms:DescribeKey", allowed: true, because: "a second delivery finds the key that the first one made" },
  { ...on, who: ours("consumers-userkey"), action: "kms:EnableKeyRotation", allowed: true, because: "keys rotate" },
  { ...on, who: ours("consumers-userkey"), action: "kms:CreateAlias", allowed: true, because: "the alias decides who made the key first" },
  { ...on, who: ours("consumers-userkey"), action: "kms:ScheduleKeyDeletion", context: key30, allowed: true, because: "the loser of a race drops its key" },
  { ...on, who: ours("consumers-userkey"), action: "kms:ScheduleKeyDeletion", context: { "kms:ScheduleKeyDeletionPendingWindowInDays": "7" }, allowed: false, because: "and leaves the longest time to notice if it was the wrong one" },
  { ...foreign, who: ours("consumers-userkey"), action: "kms:ScheduleKeyDeletion", context: key30, allowed: false, because: "keys that it did not make it cannot touch" },
  { ...foreign, who: ours("consumers-userkey"), action: "kms:CreateAlias", allowed: false, because: "keys that it did not make it cannot name" },
  { ...on, who: administrator("kms"), action: "kms:ScheduleKeyDeletion", context: key30, allowed: false, because: "deleting a key shreds a user's messages: that is for the key admins' role" },
];
