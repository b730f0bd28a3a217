"""Packages of others that the tests run beside: one environment per build folder. Where they cannot be had the test is skipped, loudly; with CI=true it fails."""

import os
import subprocess
import sys
import unittest

from support import PACKAGE

PEERS = ("fastapi==0.128.0", "httpx==0.28.1", "mypy==1.18.2")


def python_with_peers():
    """Its python. Raises SkipTest."""
    home = PACKAGE.parent / "python-peers"
    python, done = home / "bin/python", home / "installed"
    wanted = " ".join(PEERS)
    if done.exists() and done.read_text() == wanted:
        return str(python)
    commands = ([sys.executable, "-m", "venv", str(home)], [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEERS])
    for command in commands:
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=900, check=False)
        if result.returncode != 0:
            why = f"NOT TESTED: {' '.join(PEERS)} cannot be installed here: {result.stdout[-2000:]}"
            if os.environ.get("CI") == "true":
                raise RuntimeError(why)
            print(f"\n!!!! {why}\n", file=sys.stderr)
            raise unittest.SkipTest(why)
    done.write_text(wanted)
    return str(python)
