"""What the judges share: a sandbox behind the driver, form encoding as Stripe wants it, npm packages of others. Python's standard library only."""
import json
import os
import pathlib
import subprocess
import sys
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
CATALOG = HERE / "catalog.json"
START_MS = 1_780_000_000_000
DAY_MS = 86_400_000
GOOD, DECLINED, NONE, ACTION = 0, 1, 2, 3


class Refused(Exception):
    """A verb that the sandbox did not do."""

    def __init__(self, reason, message):
        super().__init__(f"{reason}: {message}")
        self.reason = reason


def pairs(value, name=""):
    """{"items": [{"price": "p"}]} -> items[0][price]=p"""
    if isinstance(value, dict):
        return [pair for key, inner in value.items() for pair in pairs(inner, f"{name}[{key}]" if name else str(key))]
    if isinstance(value, (list, tuple)):
        return [pair for index, inner in enumerate(value) for pair in pairs(inner, f"{name}[{index}]")]
    if value is None:
        return []
    return [(name, str(value).lower() if isinstance(value, bool) else str(value))]


def form(parameters):
    return "&".join(f"{urllib.parse.quote(key, safe='[]')}={urllib.parse.quote(value, safe='')}" for key, value in pairs(parameters))


class Box:
    """One sandbox in a process of its own. Verbs are the driver's."""

    def __init__(self, driver, seed=1, start_ms=START_MS, catalog=None, serve=False):
        words = [str(driver), "--seed", str(seed), "--start-ms", str(start_ms)]
        words += ["--catalog", str(catalog)] if catalog else []
        words += ["--serve"] if serve else []
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.heard = lambda method, path, status, body: None
        self.acted = lambda words: None  # after every verb that changes something
        self.newest = None
        self.url = self._read()[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()

    def _read(self):
        head = self.process.stdout.readline().decode().split()
        if len(head) != 3:
            raise RuntimeError(f"the driver ended with code {self.process.wait()}")
        text = self.process.stdout.read(int(head[2])).decode()
        if head[0] != "ok":
            raise Refused(head[0], text)
        return int(head[1]), text

    def do(self, *words):
        self.process.stdin.write(("\t".join(str(word) for word in words) + "\n").encode())
        self.process.stdin.flush()
        done = self._read()
        if words[0] not in ("request", "now"):
            self.acted(words)
        return done

    def ask(self, method, path, parameters=None):
        """(status, body) of one API request. `parameters`: a dict, or text that is form-encoded already."""
        encoded = parameters if isinstance(parameters, str) else form(parameters or {})
        if method.upper() == "GET" and encoded:
            path, encoded = f"{path}?{encoded}", ""
        status, text = self.do("request", method.upper(), path, encoded)
        body = json.loads(text)
        self.heard(method.upper(), path, status, body)
        return status, body

    def get(self, path, **parameters):
        return self._good(*self.ask("GET", path, parameters), path)

    def post(self, path, parameters=None):
        return self._good(*self.ask("POST", path, parameters), path)

    @staticmethod
    def _good(status, body, path):
        if status != 200:
            raise Refused(str(status), f"{path}: {json.dumps(body)}")
        return body

    def pages(self, path, **parameters):
        """Every object of a list, oldest last."""
        after = {}
        while True:
            page = self.get(path, limit=100, **parameters, **after)
            yield from page["data"]
            if not page["has_more"]:
                return
            after = {"starting_after": page["data"][-1]["id"]}

    def fresh_events(self):
        """Events since the last look, oldest first."""
        found = []
        for event in self.pages("/v1/events"):
            if event["id"] == self.newest:
                break
            found.append(event)
        if found:
            self.newest = found[0]["id"]
        return found[::-1]

    def advance(self, days):
        """In pieces: the API keeps events for 30 days, and every one is to be seen."""
        while days > 0:
            self.do("advance", min(days, 25) * DAY_MS)
            days -= 25

    def now_ms(self):
        return self.do("now")[0]


def missing(what):
    """In CI something that is missing is an error; elsewhere the test is skipped, loudly: exit code 77 is ctest's SKIP_RETURN_CODE."""
    print(f"\n!!!! NOT TESTED: {what}\n", flush=True)
    sys.exit(1 if os.environ.get("CI") == "true" else 77)


def npm(folder, packages):
    """node_modules with these packages (`name@version`), installed once per build folder."""
    folder = pathlib.Path(folder)
    done = folder / ".installed"
    wanted = " ".join(sorted(packages))
    if not (done.exists() and done.read_text(encoding="utf-8") == wanted):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            ran = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), *packages], cwd=folder, capture_output=True,
                                 text=True, timeout=900, check=False)
        except OSError as error:
            missing(f"npm cannot be started: {error}")
        if ran.returncode != 0:
            missing(f"the npm packages {wanted} cannot be installed here: {ran.stderr.strip()[-800:]}")
        done.write_text(wanted, encoding="utf-8")
    return folder / "node_modules"
