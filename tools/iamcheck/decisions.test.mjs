// Who may do what, decided row by row under the documents that Terraform deploys.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { decide } from "./decide.mjs";
import { document, templates } from "./render.mjs";
import { documents } from "./values.mjs";

const tables = await Promise.all(readdirSync(new URL("./tables", import.meta.url)).sort().map((f) => import(`./tables/${f}`)));

for (const { title, rows } of tables) {
  test(title, async (t) => {
    assert.ok(rows.length > 0);
    for (const { who, allowed, because, ...row } of rows) {
      const request = { ...row, ...who, context: { ...who.context, ...row.context } };
      const { result } = await decide(request);
      const said = `${who.principal} ${row.action} on ${row.resource} with ${JSON.stringify(request.context)}: ${because}`;
      assert.equal(result === "Allowed", allowed, `${result}: ${said}`);
    }
    t.diagnostic(`${rows.length} decisions, ${rows.filter((r) => r.allowed).length} of them to allow`);
  });
}

// An action that no row needs would be one that nobody can give a reason for.
test("every action that a role has is allowed in some row", () => {
  const decided = new Set(tables.flatMap(({ rows }) => rows.filter((r) => r.allowed && r.who.identityPolicy).flatMap((r) =>
    [`${JSON.stringify(r.who.identityPolicy)} ${r.action}`])));
  const roles = Object.keys(documents).filter((n) => /^(producers|queries|consumers)-|^operator-|^opener$|^key-admin$/.test(n));
  assert.ok(roles.length >= 18);
  for (const name of roles) {
    for (const action of document(name).Statement.flatMap((s) => [s.Action].flat())) {
      assert.ok(decided.has(`${JSON.stringify(document(name))} ${action}`), `${name} has ${action}, and no row says why`);
    }
  }
});

test("every template is rendered", () => {
  assert.deepEqual([...new Set(Object.values(documents).map((d) => d.template))].sort(), templates().sort());
});

test("what the simulator would leave out of account is an error", async () => {
  await assert.rejects(decide({
    principal: "arn:aws:iam::123456789012:user/x", action: "sqs:SendMessage", resource: "arn:aws:sqs:eu-central-1:123456789012:q",
    account: "123456789012", context: { "sqs:NoSuchKey": "x" }, identityPolicy: document("producers-verifyuser"),
  }), /ignores/);
});
