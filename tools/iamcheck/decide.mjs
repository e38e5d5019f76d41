// Asks the simulator whether a request is allowed. What it would leave out of account in silence is an error here.

import { runSimulation } from "@cloud-copilot/iam-simulate";

// iam-simulate 0.1.173 takes context keys for unknown, and drops them, when the service authorization reference has
// them with a placeholder in the name (kms:EncryptionContext:NAME) or not at all for the service that is called
// (keys of a web identity session). Renamed alike in the policy and in the request to a principal tag, which any
// request may carry, they are compared as they should be.
const unknown = [/^kms:EncryptionContext:/i, /^cognito-identity\.amazonaws\.com:/i];
const standIn = (name) =>
  unknown.some((u) => u.test(name)) ? "aws:PrincipalTag/" + name.replace(/[^A-Za-z0-9]+/g, "-") : name;

// iam-simulate 0.1.173 cuts a resource at its slashes, and with it a variable such as ${aws:PrincipalTag/sub}. So tags are
// put in before: literally, as IAM does, whatever wildcards their values may have; and where the session has no such
// tag, what is left is no resource of ours, because in IAM a variable without a value matches nothing.
function withTags(resource, context) {
  return resource.replace(/\$\{(aws:PrincipalTag\/[^}]+)\}/g, (_, name) =>
    name in context ? String(context[name]).replace(/[*?$]/g, (c) => "${" + c + "}") : "no-such-tag");
}

function renameKeys(policy, context = {}) {
  const copy = structuredClone(policy);
  for (const statement of [copy.Statement].flat()) {
    if (statement.Resource) statement.Resource = [statement.Resource].flat().map((r) => withTags(r, context));
    for (const [operator, keys] of Object.entries(statement.Condition ?? {})) {
      statement.Condition[operator] = Object.fromEntries(Object.entries(keys).map(([k, v]) => [standIn(k), v]));
    }
  }
  return copy;
}

// decide returns { allowed, result } for a request:
//   principal       ARN of a role session, user or service
//   action          such as "kms:Decrypt"
//   resource        ARN, or "*" where AWS knows no other
//   context         condition keys and their values; undefined is none
//   identityPolicy  the role's policy document, if it has one
//   resourcePolicy  the resource's, if it has one
//   account         the resource's account
export async function decide(request) {
  const { principal, action, resource, account, context = {}, identityPolicy, resourcePolicy } = request;
  const contextVariables = Object.fromEntries(
    Object.entries(context).filter(([, v]) => v !== undefined).map(([k, v]) => [standIn(k), v]));
  const outcome = await runSimulation({
    request: { principal, action, resource: { resource, accountId: account }, contextVariables },
    identityPolicies: identityPolicy ? [{ name: "identity", policy: renameKeys(identityPolicy, context) }] : [],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    resourcePolicy: resourcePolicy ? renameKeys(resourcePolicy) : undefined,
  }, {});
  if (outcome.resultType === "error") {
    throw new Error(`${action} on ${resource}: ${JSON.stringify(outcome.errors)}`);
  }
  const results = outcome.resultType === "single" ? [outcome.result] : outcome.results;
  const ignored = results.flatMap((r) => r.ignoredContextKeys ?? []);
  if (ignored.length > 0) throw new Error(`${action}: the simulator ignores ${ignored.join(", ")}`);
  return { allowed: outcome.overallResult === "Allowed", result: outcome.overallResult };
}
