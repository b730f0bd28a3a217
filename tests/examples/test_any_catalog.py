"""The whole story with catalogs that the developers have not written. PURSER_SOAK=1: many more of them."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import support
from catalog_maker import Maker
from support import main

SEEDS = 300 if os.environ.get("PURSER_SOAK") else 15


class AnyCatalog(unittest.TestCase):
    def test_made_catalogs(self):
        for seed in range(SEEDS):
            with self.subTest(seed=seed), tempfile.TemporaryDirectory(prefix="purser-story-") as folder:
                catalog = pathlib.Path(folder) / "catalog.json"
                catalog.write_text(json.dumps(Maker(seed).catalog(), indent=1), encoding="utf-8")
                done = subprocess.run([support.HOST, "--script", "--catalog", str(catalog), "--store", f"{folder}/purser.db"], capture_output=True, text=True, timeout=120,
                                      check=False, env={"PATH": os.environ.get("PATH", "")})
                self.assertEqual(done.returncode, 0, f"{done.stdout[-1500:]}{done.stderr[-500:]}\n{catalog.read_text(encoding='utf-8')}")


if __name__ == "__main__":
    main()
