#!/usr/bin/env python3
"""Applies one small mistake after the other to a copy of the sources, and demands that the named tests turn red.

  mutate.py [NAME | GROUP | PATTERN …]   all mutants without a name; exit 1 where one survives
  mutate.py --list                       what there is
  mutate.py --check                      only: every old text stands exactly once in its file, and every named test exists

The list is the *.toml beside this script: small mistakes that somebody could make, one at a time; a file is a group. `old` stands exactly
once in `file`; where a source moves on its mutant moves with it, or goes where the mistake cannot be made any more. A mutant that survives
is a test that is missing: write that test. The work tree is never changed: each worker has a copy of its own below build/mutants, which the next run finds
again. Several runs at once take different copies. A mutant is `killed` when every test it names is red, and these tests must be green
without it. Standard library only.
"""
import argparse
import concurrent.futures
import fcntl
import filecmp
import fnmatch
import os
import pathlib
import queue
import re
import shutil
import subprocess
import sys
import time
import tomllib

MEMBERS = {"name": str, "file": str, "old": str, "new": str, "red": list, "why": str}
COPIES_MAX = 16
TEST_SECONDS_MAX = 300  # a mutant that makes a test hang is noticed, too


class Wrong(Exception):
    """The list or the copy is not as it must be: nothing can be said of mutants."""


class Mutant:
    def __init__(self, fields, group):
        self.group = group
        unknown, missing = fields.keys() - MEMBERS.keys(), MEMBERS.keys() - fields.keys()
        if unknown or missing:
            raise Wrong(f"mutant {fields.get('name', '?')}: unknown members {sorted(unknown)}, missing {sorted(missing)}")
        for member, kind in MEMBERS.items():
            if not isinstance(fields[member], kind) or not fields[member] and member != "new":
                raise Wrong(f"mutant {fields['name']}: {member} must be a {kind.__name__} that says something")
            setattr(self, member, fields[member])
        if self.old == self.new:
            raise Wrong(f"mutant {self.name}: old and new are the same")

    def targets(self):
        return sorted({"test_" + test.split("/")[0] for test in self.red})

    def source(self, root):
        path = root / self.file
        if not path.is_file():
            raise Wrong(f"mutant {self.name}: there is no {self.file}; correct `file`")
        text = path.read_text(encoding="utf-8")
        if (found := text.count(self.old)) != 1:
            raise Wrong(f"mutant {self.name}: expected its old text once in {self.file}, found it {found} times; adapt it to the source")
        return text

    def check(self, root):
        self.source(root)
        for test in self.red:
            folder, _, noun = test.partition("/")
            if not (root / "tests" / folder / f"test_{noun}.cpp").is_file():
                raise Wrong(f"mutant {self.name}: there is no test {test} (tests/{folder}/test_{noun}.cpp)")

    def fault(self, root):
        """What is wrong with it; None where nothing is."""
        try:
            self.check(root)
        except Wrong as wrong:
            return str(wrong)
        return None

    def apply(self, root):
        (root / self.file).write_text(self.source(root).replace(self.old, self.new), encoding="utf-8")


def read_lists(folder):
    mutants = []
    for path in sorted(folder.glob("*.toml")):
        with open(path, "rb") as file:
            mutants += [Mutant(fields, path.stem) for fields in tomllib.load(file)["mutant"]]
    names = [m.name for m in mutants]
    if twice := {n for n in names if names.count(n) > 1}:
        raise Wrong(f"names that stand twice: {', '.join(sorted(twice))}")
    return mutants


def chosen(mutants, wanted):
    if not wanted:
        return mutants
    found = [m for m in mutants if any(fnmatch.fnmatch(m.name, w) or m.group == w for w in wanted)]
    for w in wanted:
        if not any(fnmatch.fnmatch(m.name, w) or m.group == w for m in mutants):
            raise Wrong(f"no mutant and no group is named {w}; --list shows them")
    return found


class Copy:
    """A copy of the sources with a build of its own; locked as long as it is used."""

    def __init__(self, root, jobs):
        self.root, self.jobs = root, jobs
        place = root / "build" / "mutants"
        place.mkdir(parents=True, exist_ok=True)
        for number in range(1, COPIES_MAX + 1):
            self.lock = open(place / f"{number}.lock", "w")
            try:
                fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                self.lock.close()
                continue
            self.folder, self.log = place / str(number), place / f"{number}.log"
            return
        raise Wrong(f"{COPIES_MAX} copies below {place} are in use; wait for the other runs")

    def refresh(self):
        """As the work tree is. What is equal keeps its time, so that only what differs is compiled."""
        listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=self.root, check=True,
                                capture_output=True).stdout.decode().split("\0")
        wanted = {f for f in listed if f and (self.root / f).is_file()}
        for file in sorted(wanted):
            here, there = self.root / file, self.folder / file
            if there.is_file() and filecmp.cmp(here, there, shallow=False):
                continue
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(here, there)
            shutil.copymode(here, there)
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder)
            if name.parts[0] != "build" and not path.is_dir() and str(name) not in wanted:
                path.unlink()

    def run(self, *command, seconds=None):
        with open(self.log, "ab") as log:
            log.write(f"\n$ {' '.join(command)}\n".encode())
            log.flush()
            return subprocess.run(command, cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL, timeout=seconds).returncode == 0

    def configure(self):
        self.log.write_bytes(b"")
        if not self.run("cmake", "--preset", "dev"):
            raise Wrong(f"the copy cannot be configured; see {self.log}")

    def build(self, targets):
        return self.run("cmake", "--build", "build/dev", "--parallel", str(self.jobs), "--target", *targets)

    def test(self, name):
        """`green`, `red`, or `hangs`, which is red too."""
        try:
            passed = self.run("ctest", "--test-dir", "build/dev", "--no-tests=error", "--output-on-failure", "-R",
                              f"^{re.escape(name)}$", seconds=TEST_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            return "hangs"
        return "green" if passed else "red"

    def judge(self, mutant):
        before = mutant.source(self.folder)
        try:
            mutant.apply(self.folder)
            if not self.build(mutant.targets()):
                return "does not compile", f"see {self.log}"
            results = {test: self.test(test) for test in mutant.red}
        finally:
            (self.folder / mutant.file).write_text(before, encoding="utf-8")
        green = [test for test, result in results.items() if result == "green"]
        return ("SURVIVED", "still green: " + ", ".join(green)) if green else ("killed", ", ".join(f"{t} {r}" for t, r in results.items()))


def without_mutants(copy, tests):
    """What is red anyway says nothing of a mutant."""
    if not copy.build(sorted({"test_" + test.split("/")[0] for test in tests})):
        raise Wrong(f"the sources do not build as they are; see {copy.log}")
    if red := [test for test in sorted(tests) if copy.test(test) != "green"]:
        raise Wrong(f"red without any mutant: {', '.join(red)}; see {copy.log}")


def work(root, jobs, tests, left, report):
    copy = Copy(root, jobs)
    copy.refresh()
    copy.configure()
    without_mutants(copy, tests)
    while True:
        try:
            mutant = left.get_nowait()
        except queue.Empty:
            return
        start = time.monotonic()
        verdict, detail = copy.judge(mutant)
        report(mutant, verdict, detail, time.monotonic() - start)


def mutate(root, mutants, workers, jobs):
    tests, left, verdicts = {t for m in mutants for t in m.red}, queue.Queue(), {}
    for mutant in mutants:
        left.put(mutant)
    width = max(len(m.name) for m in mutants)

    def report(mutant, verdict, detail, seconds):
        verdicts[mutant.name] = verdict
        print(f"{mutant.group:10} {mutant.name:{width}}  {verdict:16}  {seconds:4.0f} s  {detail}", flush=True)

    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        for one in [pool.submit(work, root, jobs, tests, left, report) for _ in range(workers)]:
            one.result()
    killed = sum(v == "killed" for v in verdicts.values())
    print(f"{killed} of {len(mutants)} mutants killed")
    for mutant in mutants:
        if verdicts[mutant.name] == "SURVIVED":
            print(f"survived: {mutant.name} ({mutant.file}): {mutant.why}\n  write the test that sees it", file=sys.stderr)
    return 0 if killed == len(mutants) else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true", help="show the mutants")
    parser.add_argument("--check", action="store_true", help="only check the list against the sources")
    parser.add_argument("--workers", type=int, default=1, help="copies that are worked on at once; default 1")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="compilers at once, per copy")
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2], help="the work tree")
    parser.add_argument("--mutants", type=pathlib.Path, help="another folder of lists")
    given = parser.parse_args()
    try:
        mutants = read_lists(given.mutants or given.root / "tests" / "mutants")
        wanted = chosen(mutants, given.names)
        if given.list:
            for m in wanted:
                print(f"{m.group:10} {m.name:32} {m.file:32} {', '.join(m.red)}\n{'':10} {m.why}")
            return 0
        if wrong := [said for said in (mutant.fault(given.root) for mutant in wanted) if said]:
            raise Wrong("\n  ".join(wrong))
        if given.check:
            print(f"{len(wanted)} mutants: every old text stands once in its file, every test exists")
            return 0
        return mutate(given.root, wanted, max(1, given.workers), max(1, given.jobs))
    except Wrong as wrong:
        print(f"mutate: {wrong}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
