import assert from "node:assert/strict";
import test from "node:test";
import { exact, search, shown } from "../static/lib/names.js";

const users = (...names) => names.map((username) => ({ username }));
const found = (...args) => search(...args).map((u) => u.username).join();

test("search ignores accents and case, and puts what begins so first", () => {
  assert.equal(found(users("bo", "abo", "Élodie"), "ELO"), "Élodie");
  assert.equal(found(users("abo", "bo"), "bo"), "bo,abo");
  assert.equal(found(users("abo", "bo"), " "), "abo,bo");
});

test("exact prefers the very name", () => {
  assert.equal(exact(users("Bob", "bob"), "bob").username, "bob");
  assert.equal(exact(users("Bob"), "bOB").username, "Bob");
  assert.equal(exact(users("Bob"), "bobby"), undefined);
});

test("a name that is easily taken for another is shown with its fingerprint", () => {
  assert.equal(shown({ username: "a1ice", fingerprint: "0rba-gdq6", confusable: true }), "a1ice (0rba-gdq6)");
  assert.equal(shown({ username: "bob", fingerprint: "0ucx-d02x", confusable: false }), "bob");
  assert.equal(shown({ username: "", fingerprint: "0ucx-d02x", confusable: true }), "");
});
