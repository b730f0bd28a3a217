"""Random fact sets with the answers of the reference prototype, one per line, for tests/domain/test_fold_prototype.cpp.

usage: fold_prototype.py DIRECTORY_OF_THE_PROTOTYPE COUNT SEED
line:  state decided | kind,pre,post,created,source,terminal,incomplete,period,id ... | state,date,lo,terminal ...
"""
import random
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import final  # noqa: E402
from foldlib import Ev  # noqa: E402


class Fetch:
    pass


def vertex(n):
    return (("s", n),)


def event(r, i, seconds, may_end):
    e = Ev()
    e.id = f"e{i}"
    e.created = r.randrange(seconds)
    x = r.random()
    e.kind = "create" if x < 0.1 else "observe" if x < 0.18 else "delete" if may_end and x < 0.3 else "update"
    e.term = e.kind == "delete" or (may_end and e.kind == "update" and r.random() < 0.15)
    before, after = r.randrange(4), r.randrange(4)
    state = lambda n, status: dict(status=status, period=(r.randrange(2), 0), s=n)
    e.ph = vertex(after)
    e.post = state(after, "canceled" if e.term else r.choice(["active", "incomplete"]))
    has_pre = e.kind == "update"
    e.qh = vertex(before) if has_pre else None
    e.pre = state(before, "canceled" if e.term and r.random() < 0.5 else "active") if has_pre else None
    return e


def fetch(r, seconds, may_end):
    f = Fetch()
    f.v = vertex(r.randrange(4))
    f.term = may_end and r.random() < 0.2
    f.date = r.randrange(seconds + 20)
    f.lo = f.date - r.randint(1, 3)
    f.sent_seq = 0
    return f


def answer(events, fetches):
    # Settled after the prototype: a terminal fact of either kind drops all others first; the latest fetch is by (date, lo, state).
    if any(x.term for x in events) or any(f.term for f in fetches):
        events = [x for x in events if x.term]
        fetches = [f for f in fetches if f.term]
    return final.fold(events, sorted(fetches, key=lambda f: (f.date, f.lo, f.v)))


def main():
    r = random.Random(int(sys.argv[3]))
    for _ in range(int(sys.argv[2])):
        seconds = r.choice([12, 40, 90])
        may_end = r.random() < 0.3
        events = [event(r, i, seconds, may_end) for i in range(r.randrange(10))]
        fetches = [fetch(r, seconds, may_end) for _ in range(r.choice([0, 0, 1, 1, 2]))]
        state, decided, _ = answer(events, fetches)
        fields = [
            f"{e.kind},{-1 if e.qh is None else e.qh[0][1]},{e.ph[0][1]},{e.created},{int(final.is_source(e))},{int(e.term)},"
            f"{int(e.post['status'] == 'incomplete')},{e.post['period'][0]},{e.id}"
            for e in events
        ]
        reads = [f"{f.v[0][1]},{f.date},{f.lo},{int(f.term)}" for f in fetches]
        print(-1 if state is None else state[0][1], int(decided), "|", *fields, "|", *reads)


main()
