"""Everything that the sandbox says is of Stripe's own types: answers and events of the main story and of seeded walks, judged by `tsc`.

usage: test_types.py DRIVER BUILD_FOLDER [SEEDS [STEPS]]"""
import collections
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import walks
from shapes import Collection
from support import CATALOG, HERE, Box, npm

# A wrong member, a wrong word of a closed list, a missing member, a wrong type: if tsc lets one of these pass, it judges nothing.
PLANTED = [
    ('Wire<Stripe.Coupon>', '{"id":"a","object":"coupon","amount_off":null,"created":1,"currency":null,"duration":"sometimes"}'),
    ('Wire<Stripe.ApiList<Stripe.Price>>', '{"object":"list","data":[],"has_more":false,"url":"/v1/prices","total":3}'),
    ('Wire<Stripe.Customer>', '{"id":"cus_1","object":"customer"}'),
    ('Before<Stripe.Subscription>', '{"cancel_at":"tomorrow"}'),
    ('Before<Stripe.Subscription>', '{"no_such_member":1}'),
]


def collect(driver, seeds, steps):
    collection = Collection()
    with Box(driver, catalog=CATALOG) as box:
        box.heard, box.acted = collection.answer, lambda words: box.fresh_events()
        walks.story(box)
    for seed in range(1, seeds + 1):
        with Box(driver, seed=seed, catalog=CATALOG) as box:
            box.heard, box.acted = collection.answer, lambda words: box.fresh_events()
            walk = walks.Walk(box, seed)
            for _ in range(steps):
                walk.step()
            walks.look(box)
    return collection


def tsc(modules, folder, files):
    """One line for each finding."""
    words = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--moduleResolution", "nodenext", "--skipLibCheck"]
    ran = subprocess.run(["node", str(modules / "typescript" / "bin" / "tsc"), *words, *map(str, files)], cwd=folder, capture_output=True, text=True,
                         timeout=900, check=False)
    return [line for line in ran.stdout.splitlines() if ": error TS" in line], ran


def planted_missed(modules, folder):
    from shapes import PRELUDE
    file = folder / "planted.ts"
    file.write_text(PRELUDE + "\n".join(f"export const p{i}: {kind} = {text};" for i, (kind, text) in enumerate(PLANTED)), encoding="utf-8")
    found, _ = tsc(modules, folder, [file])
    first = PRELUDE.count("\n") + 1
    lines = {int(re.search(r"\((\d+),", line)[1]) for line in found}
    return [PLANTED[i] for i in range(len(PLANTED)) if first + i not in lines]


def report(found, folder):
    """Findings of one kind once, with what stands there."""
    kinds = collections.defaultdict(list)
    for line in found:
        at = re.match(r"(.*)\((\d+),(\d+)\): error (TS\d+): (.*)", line)
        text = (folder / at[1]).read_text(encoding="utf-8").splitlines()[int(at[2]) - 1]
        declared, value = re.match(r"export const c\d+: (.*?) = (.*);", text).groups()
        column = int(at[3]) - text.index(value) - 1
        kinds[(declared, at[5])].append(value[max(0, column - 20):column + 100])
    for (declared, message), places in sorted(kinds.items()):
        print(f"{declared}: {message}\n    {len(places)} times, e.g. …{places[0]}…")
    return len(kinds)


def main():
    driver, build = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    seeds = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    steps = int(sys.argv[4]) if len(sys.argv) > 4 else 12
    modules = npm(build, (HERE / "packages.txt").read_text(encoding="utf-8").split())
    with tempfile.TemporaryDirectory(prefix="purser-types-") as scratch:
        folder = pathlib.Path(scratch)
        os.symlink(modules, folder / "node_modules")
        (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
        missed = planted_missed(modules, folder)
        for declared, text in missed:
            print(f"self-check: tsc did not refuse {declared} = {text}")
        collection = collect(driver, seeds, steps)
        for what, where in sorted(collection.untyped.items()):
            print(f"{what} has no type here (from {where})")
        found, ran = tsc(modules, folder, collection.write(folder))
        kinds = report(found, folder)
        if ran.returncode != 0 and not found:
            print(ran.stdout, ran.stderr)
    print(f"{collection.seen} answers of the story and {seeds} seeds, {len(collection.constants)} shapes: {kinds} kinds of findings")
    return 1 if kinds or missed or collection.untyped or ran.returncode != 0 else 0


if __name__ == "__main__":
    sys.exit(main())
