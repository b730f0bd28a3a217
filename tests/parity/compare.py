"""Runs the parity table in every language and compares what they print, byte by byte.

compare.py CASES_MIN NAME=PROGRAM… ; a program is an executable with its arguments, separated by `|`. The first one is the measure;
empty ones are languages that were not built.
compare.py --selfcheck: sees a difference, a missing line and a short table.
"""

import difflib
import subprocess
import sys


def complaints(tables, cases_min):
    (first, measure), *others = tables.items()
    lines = measure.decode().splitlines()
    if len(lines) < cases_min:
        yield f"{first} printed {len(lines)} cases; expected at least {cases_min}"
    for name, table in others:
        if table != measure:
            yield "\n".join(difflib.unified_diff(lines, table.decode(errors="replace").splitlines(), first, name, lineterm="", n=0)) or f"{name}: other line ends than {first}"


def output_of(name, program):
    done = subprocess.run(program.split("|"), stdout=subprocess.PIPE, check=False, timeout=300)
    if done.returncode != 0:
        sys.exit(f"{name} ended with {done.returncode}")
    return done.stdout


def selfcheck():
    same = {"c": b"a\tok\nb\tok\n", "python": b"a\tok\nb\tok\n"}
    assert not list(complaints(same, 2))
    assert list(complaints(same, 3))
    assert "+b\tno" in "".join(complaints({**same, "python": b"a\tok\nb\tno\n"}, 2))
    assert list(complaints({**same, "python": b"a\tok\n"}, 2))
    assert list(complaints({**same, "python": b"a\tok\nb\tok"}, 2))
    print("selfcheck: ok")


def main(cases_min, *named):
    tables = {name: output_of(name, program) for name, program in (entry.split("=", 1) for entry in named if entry)}
    found = list(complaints(tables, int(cases_min)))
    if found:
        sys.exit("\n".join(found))
    print(f"{len(next(iter(tables.values())).splitlines())} cases, the same in {', '.join(tables)}")


if __name__ == "__main__":
    selfcheck() if sys.argv[1:] == ["--selfcheck"] else main(*sys.argv[1:])
