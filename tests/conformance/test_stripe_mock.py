"""Every request that Purser sends is right by Stripe's own validator: stripe-mock, which knows every parameter of the API and refuses what it does not.

Purser runs all its verbs in their variations against the sandbox; each request is taken down on its way (requests.cpp) and asked again of stripe-mock, over HTTP and over HTTPS.

usage: test_stripe_mock.py REQUESTS BUILD_FOLDER"""
import collections
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time

from support import CATALOG, missing

MODULE, VERSION = "github.com/stripe/stripe-mock", "v0.203.0"
KEY = "sk_test_123"
# What must be among them, or the walk has lost some: method, path with ids left out.
WANTED = {"GET /v1/prices", "POST /v1/customers", "POST /v1/checkout/sessions", "GET /v1/checkout/sessions/ID", "POST /v1/checkout/sessions/ID/expire",
          "POST /v1/billing_portal/sessions", "GET /v1/subscriptions", "GET /v1/subscriptions/ID", "GET /v1/promotion_codes", "GET /v1/prices/ID", "GET /v1/customers",
          "GET /v1/checkout/sessions"}
# Each must be refused, or nothing is judged.
WRONG = [("POST", "/v1/checkout/sessions", "mode=subscription&no_such_parameter=1"), ("POST", "/v1/checkout/sessions", "mode=sideways"),
         ("POST", "/v1/billing_portal/sessions", "return_url=https%3A%2F%2Fapp.example.com&flow_data[type]=sideways"), ("GET", "/v1/no_such_resource", "")]


def build(folder):
    """stripe-mock by the Go module proxy, once per build folder."""
    binary = folder / VERSION / "stripe-mock"
    if binary.exists():
        return binary
    go = shutil.which("go", path=os.environ.get("PATH", "") + ":/usr/local/go/bin")  # where Go's own archive puts it
    if go is None:
        missing("there is no Go here, so stripe-mock cannot be built; install golang (1.22 or newer)")
    environment = {**os.environ, "GOBIN": str(binary.parent), "GOFLAGS": "-mod=mod -buildvcs=false"}
    ran = subprocess.run([go, "install", f"{MODULE}@{VERSION}"], env=environment, cwd="/", capture_output=True, text=True, timeout=900, check=False)
    if ran.returncode != 0:
        missing(f"stripe-mock cannot be built here: {ran.stderr.strip()[-800:]}")
    return binary


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Mock:
    """Runs as long as the block; `ask` answers with (status, message)."""

    def __init__(self, binary):
        self.ports = {"http": free_port(), "https": free_port()}
        words = [str(binary), "-http-addr", f"127.0.0.1:{self.ports['http']}", "-https-addr", f"127.0.0.1:{self.ports['https']}"]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def __enter__(self):
        deadline = time.monotonic() + 60
        for port in self.ports.values():
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    if self.process.poll() is not None or time.monotonic() > deadline:
                        raise RuntimeError(f"stripe-mock does not listen: {self.process.stdout.read().decode()[-800:]}") from None
                    time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.process.stdout.close()

    def ask(self, scheme, method, target, body, headers):
        # Its certificate is its own; what is judged are the requests.
        trust = ssl._create_unverified_context()
        where = ("127.0.0.1", self.ports[scheme])
        connection = http.client.HTTPSConnection(*where, timeout=30, context=trust) if scheme == "https" else http.client.HTTPConnection(*where, timeout=30)
        connection.request(method, target, body=body or None, headers={**headers, "Authorization": f"Bearer {KEY}"})
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        connection.close()
        return answer.status, text


def kind_of(request):
    path = request["target"].partition("?")[0]
    return f"{request['method']} " + "/".join("ID" if re.match(r"^[a-z]+_.*[A-Z0-9]", part) and part != "v1" else part for part in path.split("/"))


def parameters_of(request):
    """Requests with the same parameters need asking once."""
    text = request["target"].partition("?")[2] + "&" + request["body"]
    return kind_of(request), tuple(sorted({re.sub(r"\[\d+\]", "[]", pair.partition("=")[0]) for pair in text.split("&")}))


def main():
    requests, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    binary = build(folder)
    ran = subprocess.run([requests, str(CATALOG)], capture_output=True, text=True, timeout=300, check=False)
    if ran.returncode != 0:
        print(f"Purser's verbs: {ran.stdout[-2000:]}{ran.stderr[-2000:]}")
        return 1
    sent = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
    different = {parameters_of(request): request for request in sent}
    problems = [f"never sent: {kind}" for kind in sorted(WANTED - {kind for kind, _ in different})]
    counts = collections.Counter()
    with Mock(binary) as mock:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        for method, target, body in WRONG:
            status, _ = mock.ask("http", method, target, body, form)
            if status < 400:
                problems.append(f"self-check: stripe-mock took a wrong request: {method} {target} {body}")
        for request in different.values():
            headers = {name: value for name, value in request["headers"].items() if name.lower() in ("content-type", "idempotency-key", "stripe-version")}
            for scheme in ("http", "https"):
                status, text = mock.ask(scheme, request["method"], request["target"], request["body"], headers)
                counts[status // 100] += 1
                if status // 100 != 2:
                    problems.append(f"{scheme}: {status} for {request['method']} {request['target']} {request['body']}: {text[:600]}")
    for problem in problems:
        print(problem)
    for kind, times in sorted(collections.Counter(kind for kind, _ in different).items()):
        print(f"{times} forms of {kind}")
    print(f"{len(sent)} requests, {len(different)} different, each over HTTP and HTTPS: {counts[2]} accepted, {sum(counts.values()) - counts[2]} refused")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
