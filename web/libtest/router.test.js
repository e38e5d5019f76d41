import assert from "node:assert/strict";
import test from "node:test";
import { href, parse } from "../static/state/router.js";

test("an address survives its reading", () => {
  const { name, arg, query } = parse("#/inbox/a%2Fb?unread=true");
  assert.equal(href(name, arg, query), "#/inbox/a%2Fb?unread=true");
  assert.equal(parse("#/inbox/%E0%A4%A").arg, "");
  assert.equal(parse("").name, "");
});
