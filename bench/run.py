"""Asks ours, the floors and the peers in turn and prints one line per figure (`name value unit`), the versions of the peers, and one line per
target with pass or miss. Only ratios count: each is the median over rounds of a ratio taken within one round.
Usage: run.py PROGRAMS WORK [--quick] [--peers FOLDER] [--node FOLDER] [--python FOLDER] [--only WORD]. A missed target is no failure."""
import argparse
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time

import payload

HERE = os.path.dirname(os.path.abspath(__file__))
CATALOG = os.path.join(HERE, "..", "examples", "catalog.json")


class Worker:
    """One program that speaks the protocol of worker.hpp."""

    def __init__(self, *command, env=None):
        self.process = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, **(env or {})})
        ready = self.process.stdout.readline().split(maxsplit=1)
        if not ready or ready[0] != "ready":
            raise SystemExit(f"bench: {command[0]} did not start: {' '.join(map(str, command))}")
        self.version = ready[1].strip() if len(ready) > 1 else ""

    def ask(self, row, count):
        self.process.stdin.write(f"{row} {count}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"bench: {self.process.args} ended in row {row}")
        return int(answer)

    def close(self):
        self.process.stdin.close()
        if self.process.wait() != 0:
            raise SystemExit(f"bench: {self.process.args} failed")


class Pgbench:
    """Commits of one row by PostgreSQL's own bench, 8 clients."""

    def __init__(self, server, script):
        self.server, self.script = server, script
        server.sql("CREATE TABLE public.pgbench_row (id BIGSERIAL PRIMARY KEY, at BIGINT NOT NULL)")
        with open(script, "w", encoding="utf-8") as file:
            file.write("INSERT INTO public.pgbench_row (at) VALUES (1);\n")

    def ask(self, _row, count):
        done = subprocess.run([os.path.join(self.server.bin, "pgbench"), "-n", "-M", "prepared", "-c", "8", "-j", "2", "-t", str(max(1, count // 8)), "-f",
                               self.script, self.server.socket.replace("postgres://purser@/purser?", "dbname=purser user=purser ").replace("&", " ")],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=True, env={**os.environ, "PGOPTIONS": "-csynchronous_commit=on"})
        per_second = float(re.search(r"tps = ([0-9.]+)", done.stdout)[1])
        return int(count * 1e9 / per_second)


class Results:
    def __init__(self):
        self.ns = {}  # name → nanoseconds per operation, one per round
        self.targets = []

    def interleave(self, cells, rounds):
        """cells: name → (worker, row, count). One warm-up round is thrown away."""
        for name in cells:
            self.ns[name] = []
        for done in range(-1, rounds):
            for name, (worker, row, count) in cells.items():
                ns = worker.ask(row, count) / count
                if done >= 0:
                    self.ns[name].append(ns)

    def figure(self, name, value, unit):
        print(f"{name} {value:.4g} {unit}" if value < 10000 else f"{name} {value:.0f} {unit}", flush=True)

    def rates(self, *names):
        for name in names:
            if name in self.ns:
                self.figure(name, 1e9 / statistics.median(self.ns[name]), "per_second")

    def times(self, *names):
        for name in names:
            if name in self.ns:
                self.figure(name, statistics.median(self.ns[name]), "ns")

    def ratio(self, over, *under):
        """Of the sums of `under`: several rows that together are the limit."""
        limits = [sum(times) for times in zip(*(self.ns[name] for name in under))]
        return statistics.median(a / b for a, b in zip(self.ns[over], limits))

    def faster(self, name, ours, than, at_least):
        """Target on throughput: ours ÷ the other."""
        if ours in self.ns and than in self.ns:
            self.target(name, self.ratio(than, ours), ">=", at_least)

    def slower(self, name, ours, than, at_most):
        """Target on time: ours ÷ the sum of the others."""
        if ours in self.ns and all(row in self.ns for row in than):
            self.target(name, self.ratio(ours, *than), "<=", at_most)

    def target(self, name, value, sign, bound):
        held = value >= bound if sign == ">=" else value <= bound
        self.targets.append(held)
        print(f"target {name} {value:.2f} ratio {sign} {bound:g} {'pass' if held else 'miss'}", flush=True)


class Bench:
    def __init__(self, options):
        self.options, self.results = options, Results()
        self.quick = options.quick
        shutil.rmtree(options.work, ignore_errors=True)
        os.makedirs(options.work)

    def program(self, name):
        return os.path.join(self.options.programs, name)

    def floor(self, name, *arguments):
        """None, and says so, where the system lacked what its build needs."""
        if os.path.exists(self.program(name)):
            return Worker(self.program(name), *arguments)
        print(f"{name} not built, not measured")
        return None

    def path(self, name):
        return os.path.join(self.options.work, name)

    def peer(self, program, *arguments):
        """None, and says so, where the peers are not installed."""
        if not self.options.peers:
            return None
        worker = Worker("node", os.path.join(HERE, program), self.options.peers, *arguments)
        print("peer", worker.version)
        return worker

    def verify(self):
        rounds, scale = (3, 20) if self.quick else (41, 1)
        for label, size in (("4k", 4096), ("16k", 16384)):
            deliveries, now = self.path(f"verify_{label}"), int(time.time())
            payload.write(deliveries, [payload.event(1, now, size)], now)
            ours = Worker(self.program("ours_verify"), deliveries, payload.SECRET)
            floor = self.floor("floor_verify", deliveries, payload.SECRET)
            python = Worker(sys.executable, os.path.join(HERE, "peer_verify.py"), deliveries, payload.SECRET)
            stripe = self.peer("peer_verify.mjs", deliveries, payload.SECRET)
            print("peer", python.version)
            count = 2000 // scale
            cells = {f"verify_{label}": (ours, "verify", count), f"verify_{label}_python": (python, "verify", count // 5)}
            if floor:
                cells |= {f"verify_{label}_limit": (floor, "verify", count * 2), f"verify_{label}_hmac_alone": (floor, "hmac", count * 2)}
            if stripe:
                cells[f"verify_{label}_stripe_node"] = (stripe, "verify", count // 5)
            self.results.interleave(cells, rounds)
            self.results.rates(*cells)
            several, share = (5, 0.6) if label == "4k" else (4, 0.55)
            self.results.faster(f"verify_{label}_to_stripe_node", f"verify_{label}", f"verify_{label}_stripe_node", several)
            self.results.faster(f"verify_{label}_to_limit", f"verify_{label}", f"verify_{label}_limit", share)
            for worker in filter(None, (ours, floor, python, stripe)):
                worker.close()

    def ingest(self):
        rounds, one, many = (1, 20, 128) if self.quick else (11, 256, 2048)
        total, now = (rounds + 1) * (one + many), int(time.time())
        deliveries = self.path("ingest")
        payload.write(deliveries, (payload.event(i + 1, now) for i in range(total)), now)
        filled = Worker(self.program("ours_ingest"), "sqlite:" + self.path("filled.db"), CATALOG, deliveries, payload.SECRET)
        filled.ask("many", total)
        filled.close()
        ours = Worker(self.program("ours_ingest"), "sqlite:" + self.path("ours.db"), CATALOG, deliveries, payload.SECRET)
        floor = self.floor("floor_ingest", self.path("filled.db"), total, self.path("floor.db"))
        peer = self.peer("peer_ingest.mjs", self.path("peer.db"), deliveries, payload.SECRET)
        cells = {"ingest_1": (ours, "one", one), "ingest_1_limit": (floor, "least_one", one), "ingest_1_same_rows": (floor, "one", one)}
        if peer:
            cells["ingest_1_better_sqlite3"] = (peer, "one", one)
        cells |= {"ingest_64": (ours, "many", many), "ingest_64_limit": (floor, "least_many", many), "ingest_64_same_rows": (floor, "many", many),
                  "duplicate_1": (ours, "again", many), "duplicate_64": (ours, "again_many", many)}
        self.results.interleave(cells, rounds)
        self.results.rates(*cells)
        self.results.faster("ingest_1_to_limit", "ingest_1", "ingest_1_limit", 0.8)
        self.results.faster("ingest_1_to_better_sqlite3", "ingest_1", "ingest_1_better_sqlite3", 1)
        self.results.faster("ingest_64_to_same_rows", "ingest_64", "ingest_64_same_rows", 0.5)
        for worker in filter(None, (ours, floor, peer)):
            worker.close()

    def ingest_postgres(self):
        """The same deliveries on one PostgreSQL, fsync on: ours, the same rows by hand, pgbench's commits of one row, and the peer."""
        try:
            sys.path.insert(0, os.path.join(HERE, "..", "tests", "support"))
            import postgres_server  # pylint: disable=import-outside-toplevel
            server = postgres_server.Server(durable=True)
        except SystemExit as reason:
            print(f"ingest on PostgreSQL: not measured: {reason}")
            return
        with server:
            self.ingest_on(server)

    def ingest_on(self, server):
        rounds, one, few, many = (1, 10, 32, 128) if self.quick else (5, 128, 512, 1024)
        total, now = (rounds + 1) * (one + few + many), int(time.time())
        deliveries = self.path("ingest_postgres")
        payload.write(deliveries, (payload.event(i + 1, now) for i in range(total)), now)

        def schema(name):
            server.sql(f"CREATE SCHEMA {name}")
            return f"{server.socket}&options=-csearch_path%3D{name}"

        filled = schema("filled")
        worker = Worker(self.program("ours_ingest"), filled, CATALOG, deliveries, payload.SECRET)
        worker.ask("many", total)
        worker.close()
        ours = Worker(self.program("ours_ingest"), schema("ours"), CATALOG, deliveries, payload.SECRET)
        floor = self.floor("floor_ingest_postgres", filled, total, schema("floor"))
        commits = Pgbench(server, self.path("pgbench.sql"))
        cells = {"postgres_ingest_1": (ours, "one", one), "postgres_ingest_16": (ours, "sixteen", few), "postgres_ingest_64": (ours, "many", many),
                 "postgres_pgbench_8": (commits, "insert", many)}
        if floor:
            cells |= {"postgres_ingest_1_same_rows": (floor, "one", one), "postgres_ingest_64_same_rows": (floor, "many", many)}
        peer = None
        if self.options.peers and os.path.isdir(os.path.join(self.options.peers, "node_modules/@supabase/stripe-sync-engine")):
            server.sql("CREATE ROLE postgres")  # its migrations name it
            peer = self.peer("peer_ingest_postgres.mjs", server.tcp, deliveries, payload.SECRET)
            cells["postgres_ingest_16_stripe_sync_engine"] = (peer, "sixteen", few)
        self.results.interleave(cells, rounds)
        self.results.rates(*cells)
        self.results.faster("postgres_ingest_16_to_stripe_sync_engine", "postgres_ingest_16", "postgres_ingest_16_stripe_sync_engine", 5)
        self.results.faster("postgres_ingest_16_to_pgbench", "postgres_ingest_16", "postgres_pgbench_8", 0.6)
        self.results.faster("postgres_ingest_64_to_same_rows", "postgres_ingest_64", "postgres_ingest_64_same_rows", 0.5)
        for worker in filter(None, (ours, floor, peer)):
            worker.close()

    def opened(self, accounts):
        """A store with so many resident accounts, opened."""
        store = self.path(f"check_{accounts}.db")
        command = (self.program("ours_check"), "sqlite:" + store, CATALOG)
        if not os.path.exists(store):
            Worker(*command, 0).close()
            subprocess.run([sys.executable, os.path.join(HERE, "accounts.py"), store, str(accounts)], check=True)
        return Worker(*command, accounts)

    def check(self):
        rounds, accounts, hot, random = (3, 10_000, 20_000, 5_000) if self.quick else (41, 1_000_000, 400_000, 100_000)
        few, many = self.opened(1000), self.opened(accounts)
        floor = self.floor("floor_check", accounts)
        cells = {"check_hot": (many, "hot", hot), "check_hot_limit": (floor, "hot", hot), "clock_coarse": (floor, "clock", hot),
                 "check_hot_wyhash": (floor, "hot_wyhash", hot), "check_random": (many, "random", random),
                 "check_random_limit": (floor, "random", random), "check_random_wyhash": (floor, "random_wyhash", random),
                 "check_hot_2_threads": (many, "hot_2", hot), "check_random_2_threads": (many, "random_2", random)}
        self.results.interleave(cells, rounds)
        self.results.times(*cells)
        self.results.slower("check_hot_to_limit", "check_hot", ["check_hot_limit", "clock_coarse"], 1.6)
        self.results.slower("check_random_to_limit", "check_random", ["check_random_limit"], 1.5)
        self.results.target("check_2_threads_scale", 2 * self.results.ratio("check_hot", "check_hot_2_threads"), ">=", 1.8)
        idle, full = few.ask("memory", 1), many.ask("memory", 1)
        self.results.figure("memory_idle", idle / 1e6, "megabytes")
        self.results.figure("memory_account", (full - idle) / accounts, "bytes")
        if not self.quick:
            self.results.target("memory_idle_to_20_megabytes", idle / 20e6, "<=", 1)
            self.results.target("memory_account_to_200_bytes", (full - idle) / accounts / 200, "<=", 1)
            few_ns, many_ns = few.ask("open", 1), many.ask("open", 1)
            self.results.figure("open_1_thousand", few_ns / 1e6, "milliseconds")
            self.results.figure(f"open_{accounts // 1_000_000}_million", many_ns / 1e6, "milliseconds")
            self.results.target("open_million_to_thousand", many_ns / few_ns, "<=", 2)
        for worker in (few, many, floor):
            worker.close()

    def bindings(self):
        """check from Node and Python against a bare call of the same language plus the C check of the same run."""
        rounds, accounts, count = (3, 1000, 5000) if self.quick else (41, 1000, 200_000)
        ours = self.opened(accounts)
        cells = {"check_c": (ours, "hot", count)}
        store = "sqlite:" + self.path(f"check_{accounts}.db")
        if self.options.node:
            node = Worker("node", os.path.join(HERE, "ours_check.mjs"), self.options.node, self.program("floor_call_node.node"), store)
            print("peer", node.version)
            cells |= {"check_node": (node, "check", count), "call_node": (node, "call", count), "check_node_map": (node, "map", count)}
        if self.options.python:
            python = Worker(sys.executable, os.path.join(HERE, "ours_check.py"), self.options.programs, store,
                            env={"PYTHONPATH": self.options.python})
            cells |= {"check_python": (python, "check", count), "call_python": (python, "call", count), "check_python_dict": (python, "dict", count)}
        self.results.interleave(cells, rounds)
        self.results.times(*cells)
        self.results.slower("check_node_to_limit", "check_node", ["call_node", "check_c"], 1.25)
        self.results.slower("check_python_to_limit", "check_python", ["call_python", "check_c"], 1.25)
        for worker in {worker for worker, _, _ in cells.values()}:
            worker.close()

    def http(self):
        """Our two HTTP clients against bare libcurl and a bare socket, all to one server on loopback."""
        rounds, count = (1, 200) if self.quick else (21, 4000)
        if not os.path.exists(self.program("inner_http")):
            print("inner_http not built, not measured")
            return
        server = Worker(self.program("floor_http_server"))
        floor, ours = Worker(self.program("floor_http"), server.version), Worker(self.program("inner_http"), server.version)
        cells = {"http_1_socket": (floor, "socket", count), "http_1_libcurl": (floor, "easy", count), "http_1_curl": (ours, "curl_1", count),
                 "http_1_asio": (ours, "asio_1", count), "http_64_libcurl": (floor, "multi", count), "http_64_curl": (ours, "curl_64", count),
                 "http_64_asio": (ours, "asio_64", count), "http_64_threads_curl": (ours, "curl_64_threads", count),
                 "http_64_threads_asio": (ours, "asio_64_threads", count)}
        self.results.interleave(cells, rounds)
        self.results.rates(*cells)
        for load in ("1", "64"):
            for client in ("curl", "asio"):
                self.results.faster(f"http_{load}_{client}_to_libcurl", f"http_{load}_{client}", f"http_{load}_libcurl", 0.85)
        for worker in (floor, ours, server):
            worker.close()

    def run(self):
        print(f"machine {platform.machine()} {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
        for part in ("verify", "ingest", "ingest_postgres", "check", "bindings", "http"):
            if not self.options.only or self.options.only == part:
                getattr(self, part)()
        if self.results.targets:
            print(f"targets {sum(self.results.targets)} of {len(self.results.targets)} pass")
        shutil.rmtree(self.options.work, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("programs", help="folder of the built bench programs")
    parser.add_argument("work", help="folder for stores and payloads; emptied, and removed at the end")
    parser.add_argument("--quick", action="store_true", help="does every row once, for CI: proves that the bench works, measures nothing")
    parser.add_argument("--peers", help="folder with node_modules of stripe and better-sqlite3")
    parser.add_argument("--node", help="folder of the built Node package")
    parser.add_argument("--python", help="folder to import the built Python package from")
    parser.add_argument("--only", help="verify, ingest, ingest_postgres, check, bindings or http")
    Bench(parser.parse_args()).run()


if __name__ == "__main__":
    main()
