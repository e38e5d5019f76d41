import assert from "node:assert/strict";
import test from "node:test";
import { badge, bytes, timeOfID, when } from "../static/lib/format.js";

test("badge counts to the API's ceiling", () => {
  assert.equal(badge({ n: 1000, more: true }), "999+");
  assert.equal(badge({ n: 999, more: false }), "999");
  assert.equal(badge({ n: 0, more: false }), "0");
});

test("bytes", () => {
  assert.match(bytes(4_194_304), /^4[.,]2 MB$/);
  assert.equal(bytes(1).replace(/\D/g, ""), "1");
});

test("timeOfID reads a ULID and nothing else", () => {
  assert.equal(timeOfID("01ARYZ6S41TSV4RRFFQ69G5FAV")?.toISOString(), "2016-07-30T22:36:16.385Z");
  for (const id of ["nonsense", "", "01ARYZ6S41TSV4RRFFQ69G5FAVX"]) assert.equal(timeOfID(id), null);
});

test("when is shorter the nearer it is", () => {
  const now = new Date(2026, 10, 28, 15, 0);
  const lengths = [[2026, 10, 28, 14, 2], [2026, 10, 26], [2026, 9, 3], [2025, 9, 3]].map((parts) => when(new Date(...parts), now));
  assert.match(lengths[0], /2/);
  assert.match(lengths[3], /2025/);
  assert.doesNotMatch(lengths[2], /2026/);
});
