"""Stores, catalogs and command lines that are wrong: one line that names the file, exit 3 or 2, and nothing is made or changed."""
import os
import shutil
import sqlite3
import subprocess
import unittest

import support
from support import CATALOG, HISTORIES, Case, main

STORY = HISTORIES / "updated-after-deleted.jsonl"


class BadInput(Case):
    def everywhere(self, store, says=()):
        """No command takes this store."""
        for words in (("account", "show", "acct_1"), ("check", "acct_1", "a"), ("account", "link", "acct_1", "cus_1"), ("replay", STORY, "--catalog", CATALOG)):
            with self.subTest(words):
                self.fails(3, *words, "--store", store, says=[store, *says])

    def meta(self, key, value):
        database = sqlite3.connect(self.store)
        database.execute("update purser_meta set value = ? where name = ?", (value, key))
        database.commit()
        database.close()

    def test_no_store(self):
        for words in (("account", "show", "acct_1"), ("check", "acct_1", "a")):
            self.fails(3, *words, "--store", self.store, says=self.store)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_folder(self):
        self.everywhere(self.folder)

    def test_a_folder_that_does_not_exist(self):
        self.everywhere(self.folder / "none" / "store.db")

    def test_a_text_file(self):
        text = self.file("text.db", "These are my notes, not a database.\n" * 100)
        self.everywhere(text)
        self.assertIn(b"my notes", text.read_bytes())

    def test_another_programs_database(self):
        other = self.folder / "other.db"
        database = sqlite3.connect(other)
        database.execute("create table guests (name text)")
        database.commit()
        database.close()
        tables = lambda: sqlite3.connect(other).execute("select group_concat(name) from sqlite_schema").fetchone()
        for words in (("account", "show", "acct_1"), ("check", "acct_1", "a"), ("account", "link", "acct_1", "cus_1"), ("replay", STORY)):
            self.fails(2 if words[0] == "replay" else 3, *words, "--store", other, says=other)
        self.assertEqual(tables(), ("guests",))
        self.replay(STORY, store=other)  # asked to make a store there, Purser's tables stand beside the host's own
        self.assertEqual(sqlite3.connect(other).execute("select count(*) from guests").fetchone(), (0,))

    def test_a_truncated_store(self):
        self.replay(STORY)
        os.truncate(self.store, self.store.stat().st_size // 2)
        self.everywhere(self.store)

    def test_a_newer_store(self):
        self.replay(STORY)
        self.meta("schema_version", "1000")
        self.meta("schema_min_compatible", "1000")
        self.everywhere(self.store)

    def test_a_store_of_another_mode(self):
        self.replay(STORY)
        self.meta("mode", "live")
        policies = lambda: sqlite3.connect(self.store).execute("select count(*) from purser_v_policy").fetchone()
        before = policies()
        catalog = self.file("other.json", CATALOG.read_text().replace('"grace_days": 14', '"grace_days": 3'))
        self.fails(3, "replay", STORY, "--store", self.store, "--catalog", catalog, says=[self.store, "live"])
        self.assertEqual(policies(), before)  # not even the catalog was applied
        self.assertEqual(self.ok("account", "show", "acct_1", "--store", self.store, "--json").json()["mode"], "live")

    def test_a_read_only_folder(self):
        self.folder.chmod(0o755)
        self.replay(STORY)
        locked = self.folder / "locked"
        locked.mkdir()
        shutil.copy(self.store, locked / "store.db")
        (locked / "store.db").chmod(0o444)
        locked.chmod(0o555)
        self.addCleanup(locked.chmod, 0o755)
        somebody = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}  # root may write anywhere
        try:
            subprocess.run([support.BINARY, "--version"], check=True, capture_output=True, **somebody)
        except (PermissionError, subprocess.CalledProcessError):
            print("NOT RUN: read-only folder: as root it needs a build folder that the user nobody may read")
            raise unittest.SkipTest("the user nobody cannot run the command here") from None
        self.fails(3, "account", "link", "acct_9", "cus_9", "--store", locked / "store.db", says=locked / "store.db", **somebody)
        self.fails(3, "account", "link", "acct_9", "cus_9", "--store", locked / "new.db", says=locked / "new.db", **somebody)

    def test_a_bad_catalog(self):
        missing = self.folder / "none.json"
        self.fails(3, "replay", STORY, "--store", self.store, "--catalog", missing, says=missing)
        wrong = self.file("wrong.json", CATALOG.read_text().replace('"fallback": "free"', '"fallback": "gone"'))
        self.fails(3, "replay", STORY, "--store", self.store, "--catalog", wrong, says=[wrong, "fallback"])

    def test_another_kind_of_store(self):
        self.fails(3, "check", "a", "b", "--store", "postgres://127.0.0.1:1/db", says="postgres://127.0.0.1:1/db")

    def test_command_lines(self):
        for words in ((), ("account",), ("webhook",), ("dance",), ("check", "a"), ("check", "a", "b"), ("check", "a", "b", "c", "--store", "x"),
                      ("check", "a", "b", "--stroe", "x"), ("account", "show", "--store", "x"), ("check", "a", "b", "--store", "x", "--at", "noon")):
            self.fails(2, *words, says="--help")

    def test_a_full_disk_behind_standard_output(self):
        self.replay(STORY)
        with open("/dev/full", "wb") as full:
            done = subprocess.run([support.BINARY, "account", "show", "acct_1", "--store", str(self.store)], stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual((done.returncode, done.stderr.count(b"\n")), (3, 1))


if __name__ == "__main__":
    main()
