#!/usr/bin/env python3
"""Every public header alone, under every language standard that hosts use, without a warning.

    headers.py INCLUDE_FOLDER C_COMPILER CXX_COMPILER
"""
import subprocess
import sys
from pathlib import Path

C = ["c99", "c11", "c17"]
CXX = ["c++11", "c++14", "c++17", "c++20"]
WARNINGS = ["-pedantic-errors", "-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Wundef", "-Wmissing-field-initializers", "-Werror", "-fsyntax-only"]
C_ONLY = ["-Wstrict-prototypes", "-Wmissing-prototypes"]


def compile_alone(compiler: list[str], include: Path, header: Path, standard: str, language: str) -> bool:
    source = f'#include <{header.relative_to(include)}>\n#include <{header.relative_to(include)}>\n'
    flags = WARNINGS + (C_ONLY if language == "c" else [])
    done = subprocess.run([*compiler, f"-std={standard}", *flags, "-I", str(include), "-x", language, "-"], input=source, text=True, capture_output=True)
    if done.returncode:
        print(f"FAILED {header.name} under {standard}:\n{done.stderr}")
    return done.returncode == 0


def main() -> int:
    include, c, cxx = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    headers = sorted(include.rglob("*.h"))
    results = [compile_alone([c], include, h, s, "c") for h in headers for s in C]
    results += [compile_alone([cxx], include, h, s, "c++") for h in headers for s in CXX]
    results.append(compile_alone([cxx], include, include / "purser.hpp", "c++20", "c++"))
    print(f"{len(headers)} headers, {len(results)} compilations, {results.count(False)} failed")
    return 0 if all(results) and len(headers) > 5 else 1


if __name__ == "__main__":
    sys.exit(main())
