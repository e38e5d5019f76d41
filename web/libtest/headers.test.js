import assert from "node:assert/strict";
import test from "node:test";
import { attachment, filenameOf, mediaType, safeName } from "../static/lib/headers.js";

test("filenameOf reads one parameter at a time", () => {
  for (const [header, want] of [
    ["attachment", ""],
    ["attachment; filename=report.pdf", "report.pdf"],
    ['attachment; filename="a \\"b\\" c.txt"', 'a "b" c.txt'],
    ["attachment; filename*=utf-8''F%C3%B6hr%20%E2%82%AC.png", "Föhr €.png"],
    ["attachment; filename=a.txt; filename*=UTF-8''b.txt", "b.txt"],
    ["attachment; FileName*=utf-8'en'b.txt;filename=a.txt", "b.txt"],
    ["attachment; filename*=iso-8859-1''na%EFve.txt", "naïve.txt"],
    // A name that looks like a parameter is a name.
    [`attachment; filename="x; filename*=utf-8''annex%E2%80%AEgpj.exe; y"`, "x; filename*=utf-8''annex%E2%80%AEgpj.exe; y"],
    [`attachment; title="filename=evil.exe"; filename=good.txt`, "good.txt"],
    // What cannot be decoded is not guessed at.
    ["attachment; filename*=utf-8''%ZZ; filename=a.txt", "a.txt"],
    ["attachment; filename*=utf-8''%C3; filename=a.txt", "a.txt"],
    ["attachment; filename*=koi8-r''%C1.txt; filename=a.txt", "a.txt"],
    ["attachment; filename*=utf-8''%C3", ""],
    // The first of two, and nothing after a malformed part.
    ["attachment; filename=a.txt; filename=b.txt", "a.txt"],
    ['attachment; filename="a.txt"b; filename*=utf-8\'\'c.exe', "a.txt"],
    ["attachment;; filename=a.txt", "a.txt"],
    // What comes out is safe to save under.
    ["attachment; filename*=utf-8''annex%E2%80%AEgpj.exe", "annexgpj.exe"],
    ['attachment; filename="../../etc/passwd"', ".._.._etc_passwd"],
    [`attachment; filename=${"ä".repeat(300)}`, "ä".repeat(127)],
  ]) assert.equal(filenameOf(header), want, header);
});

test("a header without an end does not hold up the page", () => {
  const started = performance.now();
  filenameOf(`attachment; filename="${"\\".repeat(100_000)}`);
  filenameOf(`attachment${" ;".repeat(50_000)}`);
  assert.ok(performance.now() - started < 5000);
});

test("what attachment writes, filenameOf reads", () => {
  for (const name of ["report.pdf", "Föhr €.png", "it's (a) *.txt", "100%.txt", "a;b=c.txt", "日本.txt"]) {
    assert.equal(filenameOf(attachment(name)), name);
    assert.match(attachment(name), /^attachment; filename\*=UTF-8''[!#$&+.^_`|~0-9A-Za-z%-]+$/);
  }
});

test("mediaType", () => {
  assert.deepEqual(mediaType("Text/Plain; Charset=\"iso-8859-15\""), { type: "text/plain", charset: "iso-8859-15" });
  assert.deepEqual(mediaType("image/png"), { type: "image/png", charset: "utf-8" });
  assert.deepEqual(mediaType(""), { type: "", charset: "utf-8" });
});

test("safeName", () => {
  for (const [name, want] of [
    ["../../etc/passwd", ".._.._etc_passwd"], ["photo\u202Egpj.exe\u0007", "photogpj.exe"], ["..", "file"], ["", "file"], ["a\\b", "a_b"],
  ]) assert.equal(safeName(name), want);
  const long = safeName(`${"ä".repeat(200)}.tar.gz`);
  assert.ok(new TextEncoder().encode(long).length <= 255 && long.endsWith(".gz"));
});
