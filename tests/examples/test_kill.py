"""5,000 signed events over 64 connections while the host is killed (SIGKILL) and started again: every id answered 2xx is in the store, and
nothing has its effect twice."""
import collections
import contextlib
import http.client
import os
import pathlib
import queue
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import stripe_events
import support

ACCOUNTS, CONNECTIONS, KILLS = 1000, 64, 8
PATIENCE_S = 300


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Host:
    """purser_host as an operator runs it: always the same port and store, started again after each death."""

    def __init__(self, folder):
        self.store = pathlib.Path(folder) / "purser.db"
        self.port = free_port()
        self.log = open(pathlib.Path(folder) / "log", "w+", encoding="utf-8")
        self.process, self.words = None, []

    def start(self):
        self.process = subprocess.Popen(
            [*self.words, support.HOST, "--catalog", str(support.CATALOG), "--store", str(self.store), "--port", str(self.port)], stdout=subprocess.PIPE, stderr=self.log,
            text=True, env={"PATH": os.environ.get("PATH", ""), "STRIPE_SECRET_KEY": "sk_test_of_the_host_tests_4b7d", "STRIPE_WEBHOOK_SECRET": stripe_events.SECRET})
        if " is at " not in self.process.stdout.readline():
            self.log.seek(0)
            raise RuntimeError("the host did not start: " + self.log.read())

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)
        self.process.stdout.close()

    def close(self):
        self.kill()
        self.log.close()

    def rows(self, sql):
        with contextlib.closing(sqlite3.connect(self.store)) as db:
            return db.execute(sql).fetchall()


class Stripe:
    """Keeps the connections busy. What is not answered 2xx is delivered again, and every tenth event twice in any case."""

    def __init__(self, port, events):
        self.port, self.lock, self.answered, self.refused = port, threading.Lock(), set(), collections.Counter()
        self.waiting = queue.Queue()
        for event in events:
            self.waiting.put(event)
        self.left = len(events)
        self.over = threading.Event()
        self.busy = self.most_busy = 0
        self.threads = [threading.Thread(target=self.deliver, daemon=True) for _ in range(CONNECTIONS)]
        for thread in self.threads:
            thread.start()

    def deliver(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while not self.over.is_set():
            try:
                event = self.waiting.get(timeout=0.2)
            except queue.Empty:
                continue
            try:
                with self.lock:
                    self.busy += 1
                    self.most_busy = max(self.most_busy, self.busy)
                status = self.post(connection, *event)
            except (OSError, http.client.HTTPException):
                status = 0
                connection.close()  # the next request opens it again
                time.sleep(0.02)
            finally:
                with self.lock:
                    self.busy -= 1
            self.done(event, status)
        connection.close()

    def post(self, connection, _, body):
        connection.request("POST", "/api/v1/webhooks/stripe", body, {"Content-Type": "application/json", "Stripe-Signature": stripe_events.signed(body)})
        response = connection.getresponse()
        response.read()
        return response.status

    def done(self, event, status):
        with self.lock:
            if 200 <= status < 300:
                self.answered.add(event[0])
                self.left -= 1
                if self.left == 0:
                    self.over.set()
                return
            self.refused[status] += 1
        self.waiting.put(event)

    def count(self):
        with self.lock:
            return len(self.answered)


class Kill(unittest.TestCase):
    def test_every_answered_event_is_stored_and_nothing_is_applied_twice(self):
        random.seed(11)
        now = int(time.time())
        events = [event for n in range(ACCOUNTS) for event in stripe_events.of_account(n, now)]
        ids = {event[0] for event in events}
        events += random.sample(events, len(events) // 10)
        random.shuffle(events)
        with tempfile.TemporaryDirectory(prefix="purser-kill-") as folder:
            host = Host(folder)
            host.start()
            began = time.monotonic()
            stripe = Stripe(host.port, events)
            killed_busy = 0
            for kill in range(KILLS):
                enough = len(ids) * (kill + random.random()) / (KILLS + 1)
                while stripe.count() < enough and time.monotonic() - began < PATIENCE_S:
                    time.sleep(0.001)
                killed_busy += stripe.busy > 0
                host.kill()
                with stripe.lock:
                    answered = set(stripe.answered)
                stored = {row[0] for row in host.rows("SELECT id FROM purser_v_event")}
                lost = sorted(answered - stored)
                self.assertEqual(len(lost), 0, f"kill {kill + 1}: answered 2xx and lost, e.g. {lost[:3]}")
                host.start()
            self.assertTrue(stripe.over.wait(PATIENCE_S), f"{stripe.left} of {len(events)} are not answered: {stripe.refused}")
            took = time.monotonic() - began
            for thread in stripe.threads:
                thread.join(30)
            host.close()
            print(f"{len(events)} deliveries over {stripe.most_busy} connections, {KILLS} kills ({killed_busy} with deliveries under way), "
                  f"{sum(stripe.refused.values())} without a 2xx and repeated, {took:.1f} s", file=sys.stderr)
            self.assertEqual(stripe.most_busy, CONNECTIONS)
            self.assertGreater(killed_busy, KILLS // 2)
            self.check(host, ids)

    def check(self, host, ids):
        self.assertEqual(host.rows("PRAGMA integrity_check"), [("ok",)])
        stored = [row[0] for row in host.rows("SELECT id FROM purser_v_event")]
        self.assertEqual(len(stored), len(set(stored)))
        self.assertEqual(set(stored), ids)
        self.assertEqual(host.rows("SELECT count(*), count(DISTINCT account) FROM purser_v_grant WHERE cause = 'subscription'"), [(ACCOUNTS, ACCOUNTS)])
        self.assertEqual(host.rows("SELECT count(*), count(DISTINCT account), sum(quantity) FROM purser_v_credit"), [(ACCOUNTS, ACCOUNTS, ACCOUNTS)])
        self.assertEqual(host.rows("SELECT count(*), count(DISTINCT account) FROM purser_v_change WHERE tier = 'pro' AND tier_before = 'free'"),
                         [(ACCOUNTS, ACCOUNTS)])
        self.assertEqual(host.rows("SELECT count(*) FROM purser_v_change"), [(ACCOUNTS,)])
        self.assertEqual(host.rows("SELECT count(*) FROM purser_v_subscription WHERE doubt <> 0 OR record ->> '$.cancel_at_period_end' <> 1"), [(0,)])


if __name__ == "__main__":
    support.main()
