"""The verbs as coroutines, on purser_submit: nothing blocks the event loop, and no thread of Python's waits."""

import asyncio

from . import _purser


class Aio:
    """Each verb of Purser. A cancelled task cancels its call where that still waits."""

    __slots__ = ("_store",)

    def __init__(self, store):
        self._store = store


def _settle(future, value, error):
    if future.done():
        return
    if error is None:
        future.set_result(value)
    else:
        future.set_exception(error)


def _coroutine(index, name):
    async def verb(self, **fields):
        store = self._store
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        call = store._submit(index, fields, lambda value, error: loop.call_soon_threadsafe(_settle, future, value, error))
        try:
            return await future
        except asyncio.CancelledError:
            store._cancel(call)
            raise

    blocking = getattr(_purser.Purser, name)
    verb.__name__ = name
    verb.__qualname__ = f"Aio.{name}"
    verb.__doc__ = blocking.__doc__
    return verb


for _index, _name in enumerate(_purser._verbs):
    setattr(Aio, _name, _coroutine(_index, _name))
_purser._set_aio_class(Aio)
