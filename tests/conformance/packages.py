"""Installs the npm packages of others that the judges need, then runs a command, if one is given.

usage: packages.py BUILD_FOLDER [COMMAND …]"""
import subprocess
import sys

from support import HERE, npm

print(f"in {npm(sys.argv[1], (HERE / 'packages.txt').read_text(encoding='utf-8').split())}", flush=True)
sys.exit(subprocess.run(sys.argv[2:], check=False).returncode if len(sys.argv) > 2 else 0)
