"""What the tests of the command share: running it, a small judge of JSON schemas, a folder that goes away."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HISTORIES = ROOT / "tests" / "histories"
CATALOG = HISTORIES / "catalog.json"
EXAMPLE_CATALOG = ROOT / "examples" / "catalog.json"
BINARY = None
# Offline commands must not care for any of these.
ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "PURSER_MODE": "live", "STRIPE_SECRET_KEY": "sk_live_x", "STRIPE_WEBHOOK_SECRET": ""}
ENVIRONMENT.update({name: os.environ[name] for name in os.environ if name.endswith("SAN_OPTIONS")})


class Ran:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def json(self):
        return json.loads(self.out)


def run(*words, stdin=b"", environment=None, **more):
    done = subprocess.run([BINARY, *map(str, words)], input=stdin, capture_output=True, timeout=300, check=False,
                          env={**ENVIRONMENT, **(environment or {})}, **more)
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def faults(value, schema, at="$"):
    """What of `value` contradicts `schema`: the keywords that our schemas use; an unknown one is a fault of the schema."""
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
    known = {"$schema", "title", "description", "type", "enum", "pattern", "minimum", "required", "properties", "additionalProperties", "items"}
    found = [f"{at}: keyword {key} is not judged" for key in schema.keys() - known]
    wanted = schema.get("type", [])
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if wanted and not any(isinstance(value, kinds[kind]) and (kind == "boolean" or not isinstance(value, bool)) for kind in wanted):
        return found + [f"{at}: expected {wanted}, found {value!r}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at}: {value!r} is none of {schema['enum']}")
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        found.append(f"{at}: {value!r} is not {schema['pattern']}")
    if isinstance(value, int) and value < schema.get("minimum", value):
        found.append(f"{at}: {value} is below {schema['minimum']}")
    if isinstance(value, dict):
        found += [f"{at}: {key} is missing" for key in schema.get("required", []) if key not in value]
        for key, inner in value.items():
            rule = schema.get("properties", {}).get(key, schema.get("additionalProperties", True))
            found += [f"{at}: {key} is not known"] if rule is False else faults(inner, rule, f"{at}.{key}") if rule is not True else []
    if isinstance(value, list):
        for index, inner in enumerate(value):
            found += faults(inner, schema.get("items", {}), f"{at}[{index}]")
    return found


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="purser-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.store = self.folder / "store.db"

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def ok(self, *words, **more):
        ran = run(*words, **more)
        self.assertEqual((ran.code, ran.err), (0, ""), words)
        return ran

    def fails(self, code, *words, says, **more):
        """Nothing on stdout; on stderr one line: purser: what; fix."""
        ran = run(*words, **more)
        self.assertEqual((ran.code, ran.out), (code, ""), ran.err)
        self.assertRegex(ran.err, r"\Apurser: [^\n]*[;,:] [^\n]+\n\Z")
        for word in says if isinstance(says, (list, tuple)) else [says]:
            self.assertIn(str(word), ran.err)
        return ran

    def conforms(self, value, schema):
        self.assertEqual(faults(value, json.loads((ROOT / "schemas" / f"{schema}.schema.json").read_text())), [])
        return value

    def replay(self, *sources, catalog=CATALOG, store=None, more=(), **given):
        ran = self.ok("replay", *sources, "--store", store or self.store, *(["--catalog", catalog] if catalog else []), "--json", *more, **given)
        report = self.conforms(ran.json(), "replay")
        self.assertEqual(sum(report["outcomes"].values()), report["documents"])
        return report

    def show(self, account, at=None, store=None):
        at = [] if at is None else ["--at", at]
        return self.conforms(self.ok("account", "show", account, "--store", store or self.store, *at, "--json").json(), "account-show")

    def same_as_golden(self, text, name):
        """Hashes are masked: what they say is tested elsewhere. PURSER_GOLDEN=write makes the files anew."""
        text = re.sub(r"\b[0-9a-f]{64}\b", "<hash>", text)
        path = ROOT / "tests" / "cli" / "golden" / name
        if os.environ.get("PURSER_GOLDEN") == "write":
            path.write_text(text)
        self.assertEqual(text, path.read_text())


def main():
    global BINARY
    BINARY = os.path.abspath(sys.argv.pop(1))
    import support  # the tests see this module under its own name
    support.BINARY = BINARY
    unittest.main(module="__main__")
