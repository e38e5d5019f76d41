// Renders terraform/policies/*.json.tftpl as Terraform's templatefile and the Go adapters do: "${name}" is a value and
// "$${" stands for "${". Run as a program it writes every document into the folder that it is given: terraform/check.sh
// has it write terraform/tests/rendered of its copy, with which Terraform's tests compare what is planned.

import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { documents } from "./values.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "terraform");
export const policiesDir = join(root, "policies");

// render returns the document as an object. A placeholder without a value is an error.
export function render(template, values) {
  const text = readFileSync(join(policiesDir, `${template}.json.tftpl`), "utf8");
  return JSON.parse(text.replace(/\$\$\{|\$\{([a-z_]+)\}/g, (whole, name) => {
    if (name === undefined) return "${";
    if (!(name in values)) throw new Error(`${template}: no value for \${${name}}`);
    return values[name];
  }));
}

// document returns one of the documents that values.mjs names.
export function document(name) {
  const d = documents[name];
  if (d === undefined) throw new Error(`no document ${name}`);
  return render(d.template, d.values);
}

// templates returns the names of all templates.
export const templates = () => readdirSync(policiesDir).filter((f) => f.endsWith(".json.tftpl")).map((f) => f.replace(".json.tftpl", ""));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const dir = process.argv[2] ?? join(root, "tests", "rendered");
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  for (const name of Object.keys(documents)) writeFileSync(join(dir, `${name}.json`), JSON.stringify(document(name), null, 2) + "\n");
  console.log(`${Object.keys(documents).length} documents written to ${dir}`);
}
