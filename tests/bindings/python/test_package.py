"""What a user gets: the wheel, installed into a fresh environment without a network, with its types."""

import sys
import unittest
import zipfile

from support import PACKAGE, SOURCE, folder, run

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}


class Package(unittest.TestCase):
    def setUp(self):
        wheels = list(PACKAGE.glob("purser-*.whl"))
        self.assertEqual(len(wheels), 1)
        self.wheel = wheels[0]

    def succeeds(self, *command):
        result = run(*command, timeout=240, env=ENVIRONMENT)
        self.assertEqual(result.returncode, 0, f"{command}\n{result.stdout}\n{result.stderr}")
        return result.stdout

    def test_what_is_in_it(self):
        with zipfile.ZipFile(self.wheel) as archive:
            self.assertIsNone(archive.testzip())
            names = {name for name in archive.namelist() if not name.startswith("purser/")}
            self.assertEqual({name.split("/", 1)[1] for name in names}, {"METADATA", "WHEEL", "RECORD", "licenses/LICENSE", "licenses/THIRD_PARTY.md"})
            self.assertEqual({name for name in archive.namelist() if name.startswith("purser/")},
                             {f"purser/{name}" for name in ("__init__.py", "__init__.pyi", "_aio.py", "_changes.py", "_pages.py", "_purser.abi3.so", "_sandbox.py", "fastapi.py", "py.typed")})
            self.assertNotIn("Requires-Dist", archive.read(next(n for n in names if n.endswith("METADATA"))).decode())
        self.assertIn("-cp39-abi3-linux_", self.wheel.name)

    def test_installed_into_a_fresh_environment(self):
        project = folder(self)
        self.succeeds(sys.executable, "-m", "venv", str(project / "env"))
        python = str(project / "env/bin/python")
        self.succeeds(python, "-m", "pip", "install", "--no-index", "--no-cache-dir", "--disable-pip-version-check", str(self.wheel))
        self.succeeds(python, "-m", "pip", "check")
        where = self.succeeds(python, "-c", "import purser; print(purser.__file__)")
        self.assertTrue(where.startswith(str(project)), where)
        first = self.succeeds(python, str(SOURCE / "examples/python/first.py"))
        for line in ("before: False", "delivered: applied, answer Stripe with 200", "crm: True", "ultralead: full"):
            self.assertIn(line + "\n", first)
        self.succeeds(python, "-m", "pip", "uninstall", "-y", "purser")
        self.assertEqual([path for path in project.glob("env/lib*/python*/site-packages/purser*")], [])


if __name__ == "__main__":
    unittest.main()
