"""SQLite's amalgamation, as a host would vendor it: taken once from the npm package better-sqlite3, which carries it unchanged."""
import subprocess
import tarfile

PACKAGE = "better-sqlite3@11.10.0"


def fetch(cache):
    folder = cache / PACKAGE
    if not (folder / "sqlite3.c").exists():
        folder.mkdir(parents=True, exist_ok=True)
        archive = subprocess.run(["npm", "pack", PACKAGE, "--silent"], cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        with tarfile.open(folder / archive) as tar:
            for name in ("sqlite3.h", "sqlite3ext.h", "sqlite3.c"):
                (folder / name).write_bytes(tar.extractfile(f"package/deps/sqlite3/{name}").read())
    return folder
