#!/usr/bin/env python3
"""Arrow test: the layer diagram, checked in #include lines, string literals, file sizes and object symbols.

usage: check_layers.py SOURCE_ROOT [OBJECT_LIST]     OBJECT_LIST: lines "<layer> <object file>"
The test first plants one violation of every rule and fails unless each is found (selfcheck.py)."""
import re
import subprocess
import sys
from pathlib import Path

from layers import (ARROWS, FOLDERS, HOMES, IMPURE_HEADERS, IMPURE_SYMBOLS, LINES_MAX, PURE, SANDBOX_HEADERS, SANDBOX_SYMBOLS, SQL, SQL_OF_DIALECT, SQL_USERS,
                    SYMBOL_HOMES)

CODE = {".cpp", ".hpp", ".c", ".h", ".cc"}
TEXT = CODE | {".py", ".js", ".mjs", ".cmake", ".sh", ".toml"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
# One pass over comments, literals and characters, so that a quote inside one is not taken for the start of another.
TOKEN = re.compile(r'''//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\\n])'|R"(?P<mark>\w*)\((?P<raw>.*?)\)(?P=mark)"|"(?P<plain>(?:[^"\\\n]|\\.)*)"''', re.DOTALL)
SKIPPED = {"build", "node_modules", ".git", ".venv", "__pycache__", "dist"}


def layer_of(path):
    """The layer of a path relative to the root, or None."""
    for folder in sorted(FOLDERS, key=len, reverse=True):
        if str(path).startswith(folder + "/"):
            return FOLDERS[folder]
    return None


def generated(path):
    return "generated" in path.parts or path.parts[0] == "include" or path.name in {"package-lock.json"}


def target_of(header, layer):
    """Which layer an include names; None = the system's or the including folder's own."""
    if header in ("purser.h", "purser.hpp") or header.startswith("purser/"):
        return "public"
    first = header.split("/")[0]
    if "/" in header and first in ARROWS:
        return first
    return None if first != ".." else layer_of(Path(header.lstrip("./"))) or "another folder by ../"


def check_includes(path, layer, text):
    for _, header in INCLUDE.findall(text):
        target = target_of(header, layer)
        allowed = target in (None, layer) or target in ARROWS[layer] or (layer == "sandbox" and header in SANDBOX_HEADERS)
        if not allowed:
            yield f"{path}: includes {header}: {layer} must not use {target}; allowed: {', '.join(sorted(ARROWS[layer])) or 'nothing'}"
        if layer in PURE and IMPURE_HEADERS.match(header):
            yield f"{path}: includes <{header}>: {layer} is pure (no I/O, clock, environment, threads)"
        for pattern, homes in HOMES:
            if pattern.match(header) and layer not in homes and str(path) not in homes:
                yield f"{path}: includes <{header}>, which only {', '.join(sorted(homes))} may"


def check_sql(path, layer, text):
    if layer in SQL_USERS:
        return
    for match in TOKEN.finditer(text):
        literal = match.group("raw") or match.group("plain") or ""
        about_itself = layer == "adapters" and SQL_OF_DIALECT.search(literal)
        if SQL.search(literal + " ") and not about_itself:
            yield f"{path}: SQL text outside src/store: {literal.strip()[:60]!r}"


def check_size(path, text):
    lines = text.count("\n")
    if lines > LINES_MAX and not generated(path):
        yield f"{path}: {lines} lines; a file shows one noun and stays under {LINES_MAX}: split it"


def source_findings(root):
    findings, seen = [], 0
    for file in sorted(root.rglob("*")):
        path = file.relative_to(root)
        if SKIPPED & set(path.parts) or path.parts[0].startswith("build-") or not file.is_file() or file.suffix not in TEXT:
            continue
        seen += 1
        text = file.read_text(encoding="utf-8")
        findings += check_size(path, text)
        layer = layer_of(path)
        if layer and file.suffix in CODE:
            findings += check_includes(path, layer, text)
            findings += check_sql(path, layer, text)
    return findings, seen


def undefined_symbols(object_file):
    listing = subprocess.run(["nm", "-C", "-u", object_file], check=True, capture_output=True, text=True).stdout
    return [line.split(None, 1)[1] for line in listing.splitlines() if line.strip()]


def symbol_findings(layer, object_file):
    name = "/".join(Path(object_file).parts[-2:])
    for symbol in undefined_symbols(object_file):
        called = re.search(r"\bpurser::(\w+)::", symbol)
        # purser:: itself and purser::json:: are base.
        target = called.group(1) if called and called.group(1) in ARROWS else None
        lent = layer == "sandbox" and SANDBOX_SYMBOLS.search(symbol)
        if target and target != layer and target not in ARROWS[layer] and not lent:
            yield f"{name}: calls {symbol}: {layer} must not use {target}"
        if layer in PURE and IMPURE_SYMBOLS.match(symbol):
            yield f"{name}: calls {symbol}: {layer} is pure (no I/O, clock, environment, threads)"
        for pattern, homes in SYMBOL_HOMES:
            if pattern.match(symbol) and layer not in homes:
                yield f"{name}: calls {symbol}, which only {', '.join(sorted(homes))} may"


def object_findings(listing):
    findings, seen = [], 0
    for line in Path(listing).read_text(encoding="utf-8").splitlines():
        layer, _, object_file = line.partition(" ")
        if object_file:
            seen += 1
            findings += symbol_findings(layer, object_file)
    return findings, seen


def main():
    if len(sys.argv) not in (2, 3):
        print(__doc__)
        return 2
    import selfcheck
    missed = selfcheck.missed_violations()
    findings, files = source_findings(Path(sys.argv[1]).resolve())
    objects = 0
    if len(sys.argv) == 3:
        more, objects = object_findings(sys.argv[2])
        findings += more
    for finding in missed + findings:
        print(finding)
    print(f"{files} files, {objects} objects, {selfcheck.PLANTED} planted violations: {len(findings)} findings, {len(missed)} missed")
    if files < 10 or (len(sys.argv) == 3 and objects < 10):
        print("too little was looked at: expected at least 10 files and 10 objects")
        return 1
    return 1 if missed or findings else 0


if __name__ == "__main__":
    sys.exit(main())
