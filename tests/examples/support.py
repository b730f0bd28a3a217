"""What the tests of the reference host share: the program, running in a folder of its own, and a visitor with a cookie."""
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
CATALOG = ROOT / "examples" / "catalog.json"
CATALOGS = ROOT / "tests" / "examples" / "catalogs"
HOST = None
PURSER = None
STARTED = re.compile(r" is at (http://127\.0\.0\.1:(\d+))\n")


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read().decode()

    def json(self):
        return json.loads(self.body)


class Visitor:
    """Real requests, one connection each; keeps the session's cookie."""

    def __init__(self, port):
        self.port, self.cookie = port, None
        self.origin = f"http://127.0.0.1:{port}"

    def request(self, method, target, body=None, headers=None):
        given = dict(headers or {})
        if self.cookie:
            given.setdefault("Cookie", self.cookie)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, target, body=body, headers=given)
            answer = Answer(connection.getresponse())
        finally:
            connection.close()
        if "Set-Cookie" in answer.headers:
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        return answer

    def get(self, target, **headers):
        return self.request("GET", target, headers=headers)

    def form(self, target, headers=None, **fields):
        return self.request("POST", target, urllib.parse.urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})})

    def api(self, target, value, **headers):
        body = value if isinstance(value, (str, bytes)) else json.dumps(value)
        return self.request("POST", target, body, {"Content-Type": "application/json", **headers})

    def sign_in(self, email):
        answer = self.form("/sign-in", email=email)
        assert answer.status == 303, answer.status
        return self.get("/api/v1/me").json()["userId"]

    def csrf(self):
        return re.search(r'name="csrf" value="([0-9a-f]+)"', self.get("/dashboard").body).group(1)


class Running:
    """purser_host on a free port. `words`: more options; `environment`: what it may see."""

    def __init__(self, *words, catalog=CATALOG, environment=None):
        self.folder = tempfile.TemporaryDirectory(prefix="purser-host-")
        self.store = pathlib.Path(self.folder.name) / "purser.db"
        self.log = open(pathlib.Path(self.folder.name) / "log", "w+", encoding="utf-8")
        self.process = subprocess.Popen([HOST, "--catalog", str(catalog), "--store", str(self.store), *words], stdout=subprocess.PIPE, stderr=self.log,
                                        text=True, env={"PATH": os.environ.get("PATH", ""), **(environment or {})})
        line = self.process.stdout.readline()
        found = STARTED.search(line)
        if not found:
            self.process.wait(10)
            self.log.seek(0)
            raise RuntimeError(f"the host did not start: {line}{self.log.read()}")
        self.port = int(found.group(2))
        self.origin = found.group(1)

    def visitor(self):
        return Visitor(self.port)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(30)
        self.process.stdout.close()
        self.log.close()
        self.folder.cleanup()
        assert code == 0, f"the host ended with {code}"


def main():
    """usage: test_….py HOST PURSER [unittest's words]"""
    global HOST, PURSER
    HOST, PURSER = sys.argv[1], sys.argv[2]
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], module="__main__")
