// Who asks. Each returns the part of a request that describes the caller.

import { account, identityPool, prefix, role } from "./values.mjs";
import { document } from "./render.mjs";

const session = (name, who) => `arn:aws:sts::${account}:assumed-role/${prefix}-${name}/${who}`;

// A function, or any other role of ours, under its own policy. The document of a consumer that fills a projection is
// that of its instance, such as consumers-inbox-1.
export const ours = (name, policy = name) => ({
  principal: session(name, "lambda"),
  identityPolicy: document(policy),
  context: { "aws:PrincipalArn": role(name) },
});

// Somebody signed in, whose ID token the identity pool exchanged for credentials.
export const signedIn = (userId) => ({
  principal: session("opener", "CognitoIdentityCredentials"),
  identityPolicy: document("opener"),
  context: {
    "aws:PrincipalArn": role("opener"),
    "aws:PrincipalTag/sub": userId,
    "cognito-identity.amazonaws.com:aud": identityPool,
  },
});

// The same role without the tag, as it would be if the mapping of the claim were lost.
export const untagged = () => {
  const s = signedIn("x");
  delete s.context["aws:PrincipalTag/sub"];
  return s;
};

// Somebody who may change IAM, made the role trust them and tagged the session as they liked.
export const forged = (userId) => {
  const s = signedIn(userId);
  s.principal = session("opener", "mallory");
  delete s.context["cognito-identity.amazonaws.com:aud"];
  return s;
};

// A signed-in session whose role was given every right to KMS by mistake: the key's policy alone decides.
export const widened = (s) => ({ ...s, identityPolicy: anything("kms:*") });

const anything = (...actions) => ({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] });

// An administrator of the account with full rights to a service in IAM.
export const administrator = (service) => ({
  principal: `arn:aws:sts::${account}:assumed-role/Administrator/mallory`,
  identityPolicy: anything(`${service}:*`),
  context: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/Administrator` },
});

export const rootUser = () => ({
  principal: `arn:aws:iam::${account}:root`,
  context: { "aws:PrincipalArn": `arn:aws:iam::${account}:root` },
});

export const otherAccount = (service, roleName = "audit") => ({
  principal: `arn:aws:sts::210987654321:assumed-role/${roleName}/x`,
  identityPolicy: anything(`${service}:*`),
  context: { "aws:PrincipalArn": `arn:aws:iam::210987654321:role/${roleName}` },
});

// An AWS service that acts for a resource.
export const service = (name, sourceArn, sourceAccount = account) => ({
  principal: `${name}.amazonaws.com`,
  context: { "aws:SourceArn": sourceArn, "aws:SourceAccount": sourceAccount },
});

export const tls = { "aws:SecureTransport": "true" };
export const plainHttp = { "aws:SecureTransport": "false" };
