"""The same protocol as worker.hpp: "<row> <count>" in, nanoseconds out; the first line says "ready" and the version of what is measured."""
import sys
import time


def read_deliveries(path):
    everything = []
    with open(path, "rb") as file:
        while line := file.readline():
            header_bytes, body_bytes = map(int, line.split())
            everything.append((file.read(header_bytes).decode(), file.read(body_bytes)))
    return everything


def repeat(once):
    def row(count):
        start = time.perf_counter_ns()
        for _ in range(count):
            once()
        return time.perf_counter_ns() - start

    return row


def serve(rows, version=""):
    print("ready", version, flush=True)
    for line in sys.stdin:
        row, count = line.split()
        print(rows[row](int(count)), flush=True)
