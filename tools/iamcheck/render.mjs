// Renders terraform/policies/*.json.tftpl as Terraform's templatefile and the Go adapters do: "${name}" is a value and
// "$${" stands for "${". Run as a program it writes every document to terraform/tests/rendered, which is committed:
// a change of a policy shows there as what it does to the documents.

import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { documents } from "./values.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "terraform");
export const policiesDir = join(root, "policies");
export const renderedDir = join(root, "tests", "rendered");

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

export const text = (doc) => JSON.stringify(doc, null, 2) + "\n";

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  rmSync(renderedDir, { recursive: true, force: true });
  mkdirSync(renderedDir, { recursive: true });
  for (const name of Object.keys(documents)) writeFileSync(join(renderedDir, `${name}.json`), text(document(name)));
  console.log(`${Object.keys(documents).length} documents written to ${renderedDir}`);
}
