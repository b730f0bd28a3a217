"""Replays history.jsonl one observation at a time and prints, after each, what acct_42 holds at that moment.

python demo.py catalog.json history.jsonl
"""
import re
import sys

from purser import ManualClock, Purser

catalog, history = sys.argv[1:]
clock = ManualClock(0)  # the history's own time

with Purser.open(store="sqlite::memory:", mode="offline", catalog=catalog, clock=clock) as purser, open(history, "rb") as lines:
    for step, line in enumerate(lines, 1):
        # The first number of a line is its moment in unix seconds. Time never runs back, also where a document is late.
        clock.set(max(clock.now_ms, int(re.search(rb"\d+", line)[0]) * 1000))
        report = purser.event_replay(documents=line)
        outcome = next((one.outcome for one in report.outcomes if one.count > 0), "none")
        view = purser.account_read(account="acct_42")
        tiers = " ".join(f"{held.product}/{held.tier}" for held in view.tiers)
        pool = next(held.limit for held in view.limits if held.meter == "pool_emails")
        print(step, outcome, tiers, "yes" if purser.check("acct_42", "leads") else "no", pool, view.state_hash[:12], sep="\t")
