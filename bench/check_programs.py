"""The bench measures what a host gets: programs named ours_* include only <purser.h> of this project, and link only libpurser.so of what is
not the system's C and C++ run time. Arguments: folder of the sources, folder of the built programs (optional)."""
import pathlib
import re
import subprocess
import sys

OWN = {"worker.hpp", "accounts.hpp"}  # of the bench, checked as well: standard headers only
RUN_TIME = {"libpurser.so.0", "libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}


def mistakes_in_source(path, allowed):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        included = re.match(r"\s*#\s*include\s*[<\"]([^>\"]+)[>\"]", line)
        if included and included[1] not in allowed and not re.fullmatch(r"[a-z_]+", included[1]):
            yield f"{path.name}:{number}: expected only <purser.h> and standard headers, found {included[1]}"


def mistakes_in_program(path):
    dump = subprocess.run(["readelf", "-d", str(path)], check=True, capture_output=True, text=True).stdout
    needed = set(re.findall(r"\(NEEDED\).*\[(.+)\]", dump))
    if "libpurser.so.0" not in needed:
        yield f"{path.name}: does not link libpurser.so.0"
    for name in needed - RUN_TIME:
        yield f"{path.name}: expected to link libpurser.so alone, found {name}"


def main():
    sources = pathlib.Path(sys.argv[1])
    ours = sorted(sources.glob("ours_*.cpp"))
    mistakes = [m for path in ours for m in mistakes_in_source(path, OWN | {"purser.h"})]
    mistakes += [m for name in sorted(OWN) for m in mistakes_in_source(sources / name, OWN)]
    programs = [pathlib.Path(sys.argv[2]) / path.stem for path in ours] if len(sys.argv) > 2 else []
    mistakes += [m for path in programs for m in mistakes_in_program(path)]
    print(f"{len(ours)} sources, {len(programs)} programs")
    if len(ours) < 3:
        mistakes.append("expected at least three ours_*.cpp")
    print("\n".join(mistakes), file=sys.stderr)
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
