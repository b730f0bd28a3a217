"""Closing, forgetting, forking, ending: no deadlock, no crash, no thread left behind. What could hang runs in a process of its own."""

import asyncio
import threading
import time
import unittest

from purser import PurserError
from support import event, open_store, program, signed


class Lifetime(unittest.TestCase):
    def ends_well(self, body, *flags, says="done\n"):
        result = program(body, *flags)
        self.assertEqual((result.returncode, result.stdout), (0, says), result.stderr)

    def test_close_twice_and_with(self):
        with open_store() as store:
            self.assertFalse(store.closed)
            store.close()
            store.close()
        self.assertTrue(store.closed)
        with self.assertRaises(PurserError) as caught:
            store.account_read(account="a")
        self.assertEqual(caught.exception.code, "closed")

    def test_other_threads_run_while_a_verb_blocks(self):
        store = open_store()
        self.addCleanup(store.close)
        documents = "\n".join(event(n) for n in range(2000))
        thread = threading.Thread(target=lambda: store.event_replay(documents=documents))
        began, turns = time.monotonic(), 0
        thread.start()
        while thread.is_alive():
            turns += 1
            time.sleep(0.001)
        self.assertGreater(time.monotonic() - began, 0.02, "too quick to tell")
        self.assertGreater(turns, 5)

    def test_close_waits_for_the_calls_of_other_threads(self):
        self.ends_well("""
for turn in range(20):
    store = open_store()
    answers = []
    def work():
        for n in range(1000):
            receipt = store.webhook_receive(**signed(event(n)))
            answers.append(receipt.http_status)
            store.check("acct_1", "crm")
            if receipt.reason == "closed": return
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads: thread.start()
    while len(answers) < 20: time.sleep(0)
    closers = [threading.Thread(target=store.close) for _ in range(3)]
    for thread in closers: thread.start()
    for thread in closers + threads: thread.join()
    assert set(answers) <= {200, 503}, set(answers)
print("done")""")

    def test_close_ends_pending_calls(self):
        self.ends_well("""
async def main():
    store = open_store()
    calls = [asyncio.ensure_future(store.aio.event_replay(documents="\\n".join(event(i) for i in range(50)))) for n in range(200)]
    await asyncio.sleep(0.01)
    await asyncio.get_running_loop().run_in_executor(None, store.close)
    ended = await asyncio.gather(*calls, return_exceptions=True)
    codes = {getattr(e, "code", "ok") for e in ended}
    assert codes <= {"ok", "canceled"} and "canceled" in codes, codes
asyncio.run(main()); print("done")""")

    def test_cancelling_a_task(self):
        self.ends_well("""
async def main():
    with open_store() as store:
        documents = "\\n".join(event(i) for i in range(2000))
        busy = [asyncio.ensure_future(store.aio.event_replay(documents=documents)) for _ in range(2)]
        await asyncio.sleep(0)
        with_timeout = asyncio.wait_for(store.aio.account_read(account="a"), 0.001)
        try:
            await with_timeout
        except asyncio.TimeoutError: pass
        await asyncio.gather(*busy)
asyncio.run(main()); print("done")""")

    def test_the_loop_is_gone_before_the_answer(self):
        self.ends_well("""
store = open_store()
async def main():
    asyncio.ensure_future(store.aio.event_replay(documents="\\n".join(event(i) for i in range(2000))))
    await asyncio.sleep(0)
asyncio.run(main()); store.close(); print("done")""")

    def test_threads_0(self):
        async def flow():
            store = open_store(threads=0)
            reading = asyncio.ensure_future(store.aio.account_read(account="a"))
            await asyncio.sleep(0)
            self.assertFalse(reading.done())
            self.assertEqual(store.run_due(), 1)
            self.assertEqual((await reading).account, "a")
            self.assertEqual(store.run_due(budget_ms=5), 0)
            store.close()
        asyncio.run(flow())

    def test_forgotten(self):
        self.ends_well("""
for turn in range(10):
    heard = []
    store = open_store(log=lambda level, message: heard.append(store))  # a ring through the log function
    store.webhook_receive(**signed(event(1)))
    gone = weakref.ref(store)
    del store; heard.clear(); gc.collect()
    assert gone() is None
    ring = [open_store()]
    ring.append(ring); gone = weakref.ref(ring[0]); del ring; gc.collect()
    assert gone() is None
print("done")""")

    def test_forgotten_on_an_engine_thread(self):
        """The last reference goes where close would wait for its own thread."""
        self.ends_well("""
def threads(): return len(os.listdir("/proc/self/task"))
before = threads()
for turn in range(10):
    ended = threading.Event()
    store = open_store()
    gone = weakref.ref(store)
    gate = threading.Event()
    store._submit(2, {"documents": "\\n".join(event(i) for i in range(200))}, lambda value, error: (gate.wait(), ended.set()))
    del store; gate.set(); ended.wait()
    while gone() is not None: time.sleep(0.001)
deadline = time.monotonic() + 20
while threads() > before and time.monotonic() < deadline: time.sleep(0.01)
assert threads() == before, (threads(), before)
print("done")""")

    def test_close_from_the_log_function(self):
        self.ends_well("""
codes = []
def log(level, message):
    if "store" in globals():
        try: store.close()
        except PurserError as error: codes.append(error.code)
store = open_store(log=log)
store.webhook_receive(body="{}", signature="x")
store.check("acct_1", "no_such_feature")
store.close()
assert len(codes) >= 2 and set(codes) == {"busy"}, codes
print("done")""")

    def test_close_while_check_is_in_the_log_function(self):
        self.ends_well("""
inside, closing = threading.Event(), threading.Event()
def log(level, message):
    if "no_such_feature" in message:
        inside.set(); closing.wait()
store = open_store(log=log)
asking = threading.Thread(target=lambda: store.check("acct_1", "no_such_feature"))
asking.start(); inside.wait()
ending = threading.Thread(target=store.close)
ending.start()
while not store.closed: time.sleep(0.001)
time.sleep(0.1)
assert ending.is_alive(), "closed under a running check"
closing.set(); ending.join(); asking.join()
print("done")""")

    def test_fork(self):
        self.ends_well("""
store = open_store(log=lambda level, message: None)
store.webhook_receive(**signed(event(1)))
child = os.fork()
if child == 0:
    assert store.check("acct_1", "crm") is False and store.tier("acct_1", "app") is None
    try: store.account_read(account="a")
    except PurserError as error: assert error.code == "forked", error.code
    else: raise SystemExit(3)
    assert store.webhook_receive(**signed(event(2))).http_status == 503
    with open_store() as own: assert own.tier("a", "app") == "free"
    store.close(); store.close()
    sys.exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert store.check("acct_1", "crm") is True
store.close(); print("done")""")

    def test_exit_without_close(self):
        self.ends_well("""
stores = [open_store(log=lambda level, message: None, log_level=0) for _ in range(3)]
async def main():
    for n in range(100): asyncio.ensure_future(stores[0].aio.event_replay(documents="\\n".join(event(i) for i in range(100))))
    await asyncio.sleep(0)
loop = asyncio.new_event_loop(); loop.run_until_complete(main())
print("done")""", "-W", "ignore")

    def test_exit_while_other_threads_call(self):
        self.ends_well("""
store = open_store()
def work():
    n = 0
    while True: n += 1; store.webhook_receive(**signed(event(n)))
for _ in range(3): threading.Thread(target=work, daemon=True).start()
time.sleep(0.2)
print("done")""")


if __name__ == "__main__":
    unittest.main()
