"""The types, judged by mypy where it is installed (pip install mypy)."""

import importlib.util
import re
import sys
import tempfile
import unittest
from pathlib import Path

from support import PACKAGE, run

HERE = Path(__file__).parent


@unittest.skipUnless(importlib.util.find_spec("mypy"), "mypy is not installed: the types are not judged here")
class Types(unittest.TestCase):
    def complaints(self, name):
        with tempfile.TemporaryDirectory() as cache:
            result = run(sys.executable, "-m", "mypy", "--strict", f"--cache-dir={cache}", name, cwd=HERE, env={"MYPYPATH": str(PACKAGE), "PATH": "/usr/bin:/bin"}, timeout=250)
        self.assertNotIn("Traceback", result.stderr)
        return sorted({int(line) for line in re.findall(rf"^{name}:(\d+): error", result.stdout, re.M)}), result.stdout

    def test_right(self):
        lines, output = self.complaints("types_right.py")
        self.assertEqual(lines, [], output)
        self.assertIn("no issues found", output)

    def test_wrong(self):
        expected = [number for number, line in enumerate((HERE / "types_wrong.py").read_text().splitlines(), 1) if line.endswith("# wrong")]
        lines, output = self.complaints("types_wrong.py")
        self.assertEqual(lines, expected, output)


if __name__ == "__main__":
    unittest.main()
