import assert from "node:assert/strict";
import test from "node:test";
import { rules } from "../static/lib/passwords.js";

const unmet = (password, policy) => rules(policy).filter(({ met }) => !met(password)).length;

test("the rules are Cognito's", () => {
  assert.equal(unmet("Correct-1"), 0);
  assert.equal(unmet("short-1"), 2);
  assert.equal(unmet(" Correct1 "), 1, "a space at an end is no symbol");
  assert.equal(unmet("Cor rect1"), 0, "one in the middle is");
  assert.equal(unmet("ÄÖü-1xyz"), 0);
  assert.equal(unmet("a", { minimumLength: 1, uppercase: false, numbers: false, symbols: false }), 0);
});
