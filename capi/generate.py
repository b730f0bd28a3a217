#!/usr/bin/env python3
"""Makes everything that follows from capi/api: headers, glue, export map, layout asserts, NULL sweep, binding descriptors, reference pages.

    python3 capi/generate.py            writes what changed
    python3 capi/generate.py --check    writes nothing; exit 1 and the names of the files that differ

Python 3.11, standard library only. The output is committed, so users of Purser need no Python.
"""
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "capi"))

from generator import bindings, c_header, cpp_glue, cpp_header, docs, sweep  # noqa: E402
from generator.model import Model  # noqa: E402


def main() -> int:
    model = Model(ROOT)
    made: dict[str, str] = {}
    for part in (c_header, cpp_header, cpp_glue, sweep, bindings, docs):
        made |= part.generate(model)
    differ = [name for name, text in sorted(made.items()) if not (ROOT / name).exists() or (ROOT / name).read_text() != text]
    if "--check" in sys.argv[1:]:
        for name in differ:
            print(f"{name}: not what capi/generate.py makes; run it and commit the result")
        return 1 if differ else 0
    for name in differ:
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(made[name])
        print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
