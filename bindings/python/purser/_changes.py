"""The change feed as iterators: at least once, in order, one durable cursor per consumer."""

import asyncio
import time

from . import _purser

POLL_MIN_S = 0.25
POLL_MAX_S = 1.0
ENDS = ("closed", "canceled")


class OpenChange:
    """A change that is not yet done: the fields of Change, and done()."""

    __slots__ = ("_change", "_done")

    def __init__(self, change, done):
        self._change = change
        self._done = done

    def done(self):
        """Moves the consumer's cursor behind this change, durably. Commit your own table first."""
        return self._done(self._change.seq)

    def __getattr__(self, name):
        return getattr(self._change, name)

    def __repr__(self):
        return repr(self._change)


class AwaitedChange(OpenChange):
    """The same on purser.aio: done() is awaited."""

    __slots__ = ()


class _Pauses:
    """What comes next after a page: the next one at once where all of this one was done."""

    def __init__(self, wait, poll):
        if wait is not None and wait < 0 or poll <= 0:
            raise ValueError("expected wait >= 0 and poll > 0, in seconds")
        self.wait, self.poll = wait, poll
        self.done_seq, self.pause, self.quiet = 0, poll, 0.0

    def after(self, page):
        """Seconds to wait, 0 for none; None to end. What was not said done to comes again, but not at once."""
        if page and self.done_seq >= page[-1].seq:
            self.pause, self.quiet = self.poll, 0.0
            return 0
        if self.wait is not None and self.quiet >= self.wait:
            return None
        pause = self.pause if self.wait is None else min(self.pause, self.wait - self.quiet)
        self.quiet += pause
        self.pause = min(self.pause * 2, max(POLL_MAX_S, self.poll))
        return pause


def changes(self, consumer, *, wait=None, poll=POLL_MIN_S, limit=None):
    """Every change that the consumer has not said done to, then those that come.

    wait: ends when nothing is new for so many seconds; 0 = with what is there, None = never. It also ends when the store closes.
    poll: seconds between two looks while nothing is new; doubles up to one second.
    """
    return _changes(self, consumer, _Pauses(wait, poll), limit)


def _changes(store, consumer, pauses, limit):
    def done(seq):
        store.change_done(consumer=consumer, seq=seq)
        pauses.done_seq = max(pauses.done_seq, seq)

    while True:
        try:
            page = store.change_next(consumer=consumer, limit=limit).changes
        except _purser.PurserError as error:
            if error.code in ENDS:
                return
            raise
        for change in page:
            yield OpenChange(change, done)
        pause = pauses.after(page)
        if pause is None:
            return
        time.sleep(pause)


def aio_changes(self, consumer, *, wait=None, poll=POLL_MIN_S, limit=None):
    """As Purser.changes, for `async for`; done() is awaitable. A cancelled task ends it."""
    return _aio_changes(self, consumer, _Pauses(wait, poll), limit)


async def _aio_changes(aio, consumer, pauses, limit):
    async def done(seq):
        await aio.change_done(consumer=consumer, seq=seq)
        pauses.done_seq = max(pauses.done_seq, seq)

    while True:
        try:
            page = (await aio.change_next(consumer=consumer, limit=limit)).changes
        except _purser.PurserError as error:
            if error.code in ENDS:
                return
            raise
        for change in page:
            yield AwaitedChange(change, done)
        pause = pauses.after(page)
        if pause is None:
            return
        await asyncio.sleep(pause)
