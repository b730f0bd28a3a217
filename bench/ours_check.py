"""Rows: `check` (the Python package), `call` (a bare call into an extension of the stable ABI), `dict` (what a host would cache in), `loop` (the
loop around them). Arguments: folder of the bench programs, store."""
import importlib.machinery
import importlib.util
import sys
import time

import purser

import worker


def bare_call(folder):
    loader = importlib.machinery.ExtensionFileLoader("floor_call_python", f"{folder}/floor_call_python.abi3.so")
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("floor_call_python", loader))
    loader.exec_module(module)
    return module.call


def row(function):
    """The loop is written out: a call of a Python function around it would cost more than what is measured."""

    def run(count):
        account, feature = "acct_000000000000000", "campaigns"
        start = time.perf_counter_ns()
        for _ in range(count):
            function(account, feature)
        return time.perf_counter_ns() - start

    return run


with purser.Purser.open(store=sys.argv[2], mode="offline") as opened:
    call, held = bare_call(sys.argv[1]), {("acct_000000000000000", "campaigns"): True}
    if opened.check("acct_000000000000000", "campaigns") is not True or call("acct_000000000000000", "campaigns") is not True:
        raise SystemExit("the account does not answer as it was stored")
    worker.serve({"check": row(opened.check), "call": row(call), "dict": row(lambda account, feature: held.get((account, feature)))})
