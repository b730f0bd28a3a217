"""The extension needs libc, libm, libgcc_s and libstdc++; its OpenSSL and SQLite are its own, and it shows Python one name."""

import re
import unittest

from support import PACKAGE, program, run

EXTENSION = str(PACKAGE / "purser/_purser.abi3.so")
ALLOWED = {"libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
FOREIGN = re.compile(r"^(sqlite3_|EVP_|HMAC|OPENSSL_|CRYPTO_|SSL_|BIO_|RAND_|boost)|_ZN5boost")


class Linking(unittest.TestCase):
    def symbols(self, *flags):
        result = run("nm", "-D", *flags, EXTENSION)
        self.assertEqual(result.returncode, 0, result.stderr)
        return [line.split()[-1].split("@")[0] for line in result.stdout.splitlines()]

    def test_what_it_needs(self):
        needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-d", EXTENSION).stdout))
        self.assertIn("libc.so.6", needed)
        self.assertEqual(needed - ALLOWED, set())

    def test_what_it_shows(self):
        self.assertEqual(self.symbols("--defined-only"), ["PyInit__purser"])

    def test_what_it_takes(self):
        taken = self.symbols("--undefined-only")
        self.assertTrue(any(name.startswith("PyUnicode_") for name in taken))
        self.assertEqual([name for name in taken if FOREIGN.search(name) or name.startswith("_PyObject_GC_") or name.startswith("_PyUnicode")], [])

    def both_sides(self, first):
        """Python's own ssl, hashlib and sqlite3 and the extension's, in turn, on several threads, each on a file of its own."""
        body = """
import tempfile
folder = tempfile.mkdtemp()
store = open_store(store=os.path.join(folder, "purser.db"))
own = sqlite3.connect(os.path.join(folder, "host.db"), check_same_thread=False)
own.execute("create table t (n)")
expected = hashlib.sha256(b"purser").hexdigest()
failed = []
def ours():
    for n in range(1, 101):
        receipt = store.webhook_receive(**signed(event(n)))
        if receipt.http_status != 200: failed.append(receipt)
def theirs():
    for n in range(100):
        own.execute("insert into t values (?)", (n,)); own.commit()
        context = ssl.create_default_context(); ssl.RAND_bytes(16)
        if hashlib.sha256(b"purser").hexdigest() != expected: failed.append(n)
threads = [threading.Thread(target=work) for work in (ours, theirs, ours)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert not failed, failed[:3]
hosts = own.execute("select count(*) from t").fetchone(); assert hosts == (100,), hosts
stored = store.query(sql="select count(*) from purser_v_event").rows; assert stored == [[100]], stored
store.close(); own.close()
import shutil; shutil.rmtree(folder)
print("done", sys.version_info >= (3, 9), sqlite3.sqlite_version, ssl.OPENSSL_VERSION)
"""
        result = program(body, first=first, timeout=200)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, "^done")

    def test_beside_ssl_and_sqlite3_imported_first(self):
        self.both_sides("import ssl, sqlite3, hashlib, sys; assert 'purser' not in sys.modules; import purser")

    def test_beside_ssl_and_sqlite3_imported_last(self):
        self.both_sides("import purser._purser, sys; assert not {'_sqlite3', '_hashlib'} & set(sys.modules); import ssl, sqlite3, hashlib")


if __name__ == "__main__":
    unittest.main()
