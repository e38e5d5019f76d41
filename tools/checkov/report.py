"""Prints what checkov found, and exits 1 for a failed check or a waiver without effect."""

import json
import pathlib
import re
import sys


def main(report: str, directory: str) -> int:
    found = json.loads(pathlib.Path(report).read_text())
    summary, results = found["summary"], found["results"]
    failed = [f"{c['check_id']} {c['check_name']}: {c['resource']} in {c['file_path']}" for c in results["failed_checks"]]
    waived = {(c["file_path"].lstrip("/"), c["check_id"]) for c in results["skipped_checks"]}
    root = pathlib.Path(directory)
    for file in sorted(root.rglob("*.tf")):
        if ".terraform" in file.parts:
            continue
        for check, reason in re.findall(r"#checkov:skip=(\w+)(?::(.*))?", file.read_text()):
            name = str(file.relative_to(root))
            if (name, check) not in waived:
                failed.append(f"{name}: the waiver of {check} waives nothing")
            if len(reason.strip()) < 20:
                failed.append(f"{name}: the waiver of {check} gives no reason")
    if summary["parsing_errors"]:
        failed.append(f"{summary['parsing_errors']} files could not be parsed")
    if summary["passed"] < 100:
        failed.append(f"only {summary['passed']} checks passed: was the right folder checked?")
    for line in failed:
        print(f"checkov: {line}", file=sys.stderr)
    print(f"checkov: {summary['passed']} checks passed, {summary['skipped']} waived with a reason, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
