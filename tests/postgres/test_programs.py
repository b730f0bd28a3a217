"""Programs in C, Node and Python on a PostgreSQL store, and two processes on one store."""
import os
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import postgres_server  # noqa: E402

HERE = Path(__file__).resolve().parent
CATALOG = HERE.parents[1] / "examples" / "catalog.json"
PYTHON = os.environ.get("PURSER_PYTHON_PACKAGE")
# The tick of a process that does not write is 50 ms; the rest is for a machine that runs other tests beside this one.
SEEN_WITHIN_S = 1.0


class Programs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = postgres_server.Server(durable=True)  # as a host's: a store refuses a server that may lose commits
        cls.addClassCleanup(cls.server.stop)
        cls.schemas = 0

    def store(self):
        Programs.schemas += 1
        self.server.sql(f"CREATE SCHEMA s{self.schemas}")
        return f"{self.server.tcp}?options=-csearch_path%3Ds{self.schemas}"

    def environment(self):
        return {**os.environ, "PYTHONPATH": PYTHON or ""}

    def run_program(self, *command):
        done = subprocess.run([*map(str, command), self.store(), str(CATALOG)], env=self.environment(), capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("after: 1\nagain: 1\n", done.stdout)
        self.assertNotIn(postgres_server.PASSWORD, done.stdout + done.stderr)

    def test_c(self):
        self.run_program(os.environ["PURSER_C_PROGRAM"])

    @unittest.skipUnless(os.environ.get("PURSER_NODE"), "NOT RUN: the Node package is not built")
    def test_node(self):
        self.run_program(os.environ["PURSER_NODE"], HERE / "program.mjs")

    @unittest.skipUnless(PYTHON, "NOT RUN: the Python package is not built")
    def test_python(self):
        self.run_program(sys.executable, HERE / "program.py")

    @unittest.skipUnless(PYTHON, "NOT RUN: the Python package is not built")
    def test_another_process_sees_the_grant(self):
        store = self.store()
        common = {"env": self.environment(), "stdout": subprocess.PIPE, "text": True}
        with subprocess.Popen([sys.executable, HERE / "program.py", "watch", store, CATALOG], **common) as watcher:
            self.assertEqual(watcher.stdout.readline(), "watching\n")
            with subprocess.Popen([sys.executable, HERE / "program.py", store, CATALOG], **common) as buyer:
                given = float(buyer.stdout.readline())
                seen = float(watcher.stdout.readline())
                self.assertEqual(buyer.wait(), 0)
            self.assertEqual(watcher.wait(), 0)
        print(f"the other process saw the tier {1000 * (seen - given):.0f} ms after the last delivery was answered (below 0: before)")
        self.assertLess(seen - given, SEEN_WITHIN_S)

    def test_no_server_is_said(self):
        done = subprocess.run([os.environ["PURSER_C_PROGRAM"], "postgres://127.0.0.1:1/x", CATALOG], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, "store_unavailable.*start the server")


if __name__ == "__main__":
    unittest.main()
