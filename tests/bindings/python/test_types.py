"""The types, judged by mypy."""

import re
import tempfile
import unittest
from pathlib import Path

from peers import python_with_peers
from support import PACKAGE, run

HERE = Path(__file__).parent


class Types(unittest.TestCase):
    def complaints(self, name):
        with tempfile.TemporaryDirectory() as cache:
            result = run(python_with_peers(), "-m", "mypy", "--strict", f"--cache-dir={cache}", name, cwd=HERE, env={"MYPYPATH": str(PACKAGE), "PATH": "/usr/bin:/bin"}, timeout=250)
        self.assertNotIn("Traceback", result.stderr)
        return sorted({int(line) for line in re.findall(rf"^{name}:(\d+): error", result.stdout, re.M)}), result.stdout

    def test_right(self):
        lines, output = self.complaints("types_right.py")
        self.assertEqual(lines, [], output)
        self.assertIn("no issues found", output)

    def test_routes(self):
        lines, output = self.complaints(str(PACKAGE / "purser/fastapi.py"))
        self.assertIn("no issues found", output)
        self.assertEqual(lines, [], output)

    def test_wrong(self):
        expected = [number for number, line in enumerate((HERE / "types_wrong.py").read_text().splitlines(), 1) if line.endswith("# wrong")]
        lines, output = self.complaints("types_wrong.py")
        self.assertEqual(lines, expected, output)


if __name__ == "__main__":
    unittest.main()
