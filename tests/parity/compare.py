"""Runs the parity table in every language and compares what they print, byte by byte.

compare.py CASES NAME=PROGRAM… ; CASES is the table's file; a program is an executable with its arguments, separated by `|`. The first one is the
measure; empty ones are languages that were not built. A case whose end (`ends`: ok, or the error's reason) is in the table has to end so.
compare.py --selfcheck: sees a difference, a missing line, a short table and a wrong end.
"""

import difflib
import json
import subprocess
import sys
from pathlib import Path


def complaints(tables, cases):
    (first, measure), *others = tables.items()
    lines = measure.decode().splitlines()
    if len(lines) != len(cases):
        yield f"{first} printed {len(lines)} cases; expected {len(cases)}"
    for case, line in zip(cases, lines):
        end = line.split("\t")[1]
        if case.get("ends", end) != end:
            yield f"{case['name']}: expected {case['ends']}: {line}"
    for name, table in others:
        if table != measure:
            yield "\n".join(difflib.unified_diff(lines, table.decode(errors="replace").splitlines(), first, name, lineterm="", n=0)) or f"{name}: other line ends than {first}"


def output_of(name, program):
    done = subprocess.run(program.split("|"), stdout=subprocess.PIPE, check=False, timeout=300)
    if done.returncode != 0:
        sys.exit(f"{name} ended with {done.returncode}")
    return done.stdout


def selfcheck():
    same, two = {"c": b"a\tok\nb\tok\n", "python": b"a\tok\nb\tok\n"}, [{"name": "a", "ends": "ok"}, {"name": "b"}]
    assert not list(complaints(same, two))
    assert list(complaints(same, [*two, {"name": "c"}]))
    assert list(complaints(same, [{"name": "a", "ends": "not_found"}, {"name": "b"}]))
    assert "+b\tno" in "".join(complaints({**same, "python": b"a\tok\nb\tno\n"}, two))
    assert list(complaints({**same, "python": b"a\tok\n"}, two))
    assert list(complaints({**same, "python": b"a\tok\nb\tok"}, two))
    print("selfcheck: ok")


def main(file, *named):
    cases = json.loads(Path(file).read_text(encoding="utf-8"))["cases"]
    tables = {name: output_of(name, program) for name, program in (entry.split("=", 1) for entry in named if entry)}
    found = list(complaints(tables, cases))
    if found:
        sys.exit("\n".join(found))
    print(f"{len(next(iter(tables.values())).splitlines())} cases, the same in {', '.join(tables)}")


if __name__ == "__main__":
    selfcheck() if sys.argv[1:] == ["--selfcheck"] else main(*sys.argv[1:])
