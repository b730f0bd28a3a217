"""purser.fastapi on a real FastAPI: the cases of fastapi_cases.py, run by an environment that has it."""

import os
import subprocess
import unittest
from pathlib import Path

from peers import python_with_peers


class FastApi(unittest.TestCase):
    def test_cases(self):
        done = subprocess.run([python_with_peers(), "-X", "dev", "-m", "unittest", "-v", "fastapi_cases"], cwd=Path(__file__).parent, timeout=250, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertRegex(done.stdout, r"Ran \d\d? tests")


if __name__ == "__main__":
    unittest.main()
