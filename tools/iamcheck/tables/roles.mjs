// Who becomes which role.

import { administrator, otherAccount } from "../actors.mjs";
import { account, identityPool, role } from "../values.mjs";
import { document } from "../render.mjs";

const opener = { resource: role("opener"), account, resourcePolicy: document("opener-trust") };
const keyAdmin = { resource: role("key-admin"), account, resourcePolicy: document("key-admin-trust") };
const aFunction = { resource: role("queries-message"), account, resourcePolicy: document("function-trust") };

const cognito = (principal = "cognito-identity.amazonaws.com") => ({ principal, context: {} });
const token = (pool, amr) => ({ "cognito-identity.amazonaws.com:aud": pool, "cognito-identity.amazonaws.com:amr": amr });
const signIn = (who, context, allowed, because, action = "sts:AssumeRoleWithWebIdentity") => ({ ...opener, who, action, context, allowed, because });
const mfa = (value) => ({ "aws:MultiFactorAuthPresent": value });

export const title = "roles";
export const rows = [
  signIn(cognito(), token(identityPool, "authenticated"), true, "the identity pool gives the role to who signed in"),
  signIn(cognito(), token(identityPool, "authenticated"), true, "and tags the session", "sts:TagSession"),
  signIn(cognito(), token(identityPool, "unauthenticated"), false, "not to who did not"),
  signIn(cognito(), token("eu-central-1:99999999-2222-4333-8444-555555555555", "authenticated"), false, "another identity pool gives nothing of ours"),
  signIn(cognito("accounts.google.com"), token(identityPool, "authenticated"), false, "nor does another provider"),
  signIn(administrator("sts"), token(identityPool, "authenticated"), false, "nor does an administrator take it", "sts:AssumeRole"),
  { ...keyAdmin, who: administrator("sts"), action: "sts:AssumeRole", context: mfa("true"), allowed: true, because: "key admins come with a second factor" },
  { ...keyAdmin, who: administrator("sts"), action: "sts:AssumeRole", context: mfa("false"), allowed: false, because: "and not without" },
  { ...keyAdmin, who: otherAccount("sts"), action: "sts:AssumeRole", context: mfa("true"), allowed: false, because: "nor from another account" },
  ...[
    ["role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Operator_0123456789abcdef", true],
    ["role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Operator_0123456789abcdef", false],
    ["role/deployer", true], ["role/deployer2", false], ["role/Administrator", false],
  ].map(([name, allowed]) => ({
    ...keyAdmin, resourcePolicy: document("key-admin-trust-named"), action: "sts:AssumeRole", context: { "aws:SecureTransport": "true" }, allowed,
    who: { ...administrator("sts"), context: { "aws:PrincipalArn": `arn:aws:iam::${account}:${name}` } },
    because: "with key_admins the named principals alone become key admins, here without a second factor",
  })),
  { ...aFunction, who: { principal: "lambda.amazonaws.com", context: {} }, action: "sts:AssumeRole", context: {}, allowed: true, because: "Lambda runs functions under their roles" },
  { ...aFunction, who: administrator("sts"), action: "sts:AssumeRole", context: mfa("true"), allowed: false, because: "and nobody else takes them" },
];
