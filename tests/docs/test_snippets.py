"""The code blocks of README.md and docs/*.md are code: test_snippets.py SOURCE_ROOT CC [NODE]. C is compiled against purser.h, Python and JavaScript are parsed.

A block is a piece of a program: what it takes for granted (p, error, body …) is declared here, and `…` stands for whatever the host does.
"""

import ast
import re
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

FILES = ("README.md", "docs/receiving.md", "bindings/node/README.md", "bindings/python/README.md")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
C_BEFORE = """#include <purser.h>
int32_t snippet(purser *p, purser_config given, const char *body, size_t size, const char *header, const char *const *secrets);
int32_t snippet(purser *p, purser_config given, const char *body, size_t size, const char *header, const char *const *secrets) {
  purser_error *error = NULL; const purser_webhook_receive_out *receipt; const purser_checkout_create_out *buy; const purser_secrets_set_out *held;
  const purser_gap_fetch_out *fetched; const purser_event_sweep_out *swept; const purser_store_tidy_out *tidied;
  (void)p; (void)given; (void)body; (void)size; (void)header; (void)secrets; (void)error; (void)receipt; (void)buy; (void)held; (void)fetched; (void)swept; (void)tidied;
"""


def c_program(text):
    text = text.replace("…", "{ }")
    config = "" if "purser_config config" in text else "  purser_config config = given; (void)config;\n"
    return C_BEFORE + config + text + "  return 0;\n}\n"


def python_program(text):
    return textwrap.dedent(text).replace("…", "...")


def javascript_program(text):
    """`await` stands at the top of a module; imports stay there."""
    return text.replace("…", ";")


def checked(command, text, suffix):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"snippet{suffix}"
        path.write_text(text, encoding="utf-8")
        done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False)
        return done.stderr if done.returncode else ""


def complaint(kind, text, root, compiler, node):
    if kind == "c":
        return checked([compiler, "-std=c99", "-fsyntax-only", "-Wall", "-Werror", "-I", str(root / "include"), "-x", "c"], c_program(text), ".c")
    if kind == "js" and node:
        return checked([node, "--check"], javascript_program(text), ".mjs")
    if kind == "python":
        try:
            ast.parse(python_program(text))
        except SyntaxError as error:
            return str(error)
    return ""


def main(root, compiler, node=None):
    root, seen, wrong = Path(root), 0, []
    for file in FILES:
        for number, (kind, text) in enumerate(BLOCK.findall((root / file).read_text(encoding="utf-8")), 1):
            seen += kind in ("c", "js", "python")
            if found := complaint(kind, text, root, compiler, node):
                wrong.append(f"{file}, block {number} ({kind}):\n{found}")
    assert complaint("c", "purser_no_such_verb(p);", root, compiler, node), "a wrong block is not noticed"
    assert complaint("python", "for in", root, compiler, node), "a wrong block is not noticed"
    assert seen >= 12, f"only {seen} blocks were found"
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{seen} blocks")


if __name__ == "__main__":
    main(*sys.argv[1:])
