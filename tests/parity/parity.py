"""The parity table in Python: parity.py CASES SOURCE_ROOT. Both forms of every verb run, on a store each; they must say the same."""

import asyncio
import json
import sys
from pathlib import Path

import purser


def compact(value):
    if isinstance(value, bytes):
        value = {"hex": value.hex()}
    elif isinstance(value, list) and any(isinstance(row, list) for row in value):
        return "[" + ",".join("[" + ",".join(map(compact, row)) + "]" for row in value) + "]"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def at(value, path):
    for i, part in enumerate(path):
        if part == "*":
            return [at(element, path[i + 1:]) for element in value]
        value = value[int(part)] if part.isdigit() else getattr(value, part)
    return value


class Decision:
    def __init__(self, value):
        self.value = value


def value_of(value, kept):
    if not isinstance(value, dict):
        return value
    if "repeat" in value:
        return value["repeat"][0] * value["repeat"][1]
    return kept[value["kept"]] if "kept" in value else value


def of_box(on, word, fields):
    """A word of the sandbox, as a host calls it."""
    call = getattr(on.box, word)
    if word == "deliver":
        # Without faults an event that does not arrive is an error and there is no report: the table always prints one.
        return call(on.store, **(fields or {"repeat": None}))
    if word in ("fail", "swap", "cancel"):
        return call(*([fields.pop("subscription")] if "subscription" in fields else []), **fields)
    return call(*fields.values())


async def answer(on, case, awaitable):
    verb = case["verb"]
    fields = {name: value_of(value, on.kept) for name, value in case["in"].items()}
    if verb.startswith("box_"):
        return of_box(on, verb.removeprefix("box_"), fields)
    if verb == "open":
        return purser.Purser.open(**fields).close()
    if verb in ("check", "tier"):
        return Decision(getattr(on.store, verb)(*fields.values()))
    return await getattr(on.store.aio, verb)(**fields) if awaitable else getattr(on.store, verb)(**fields)


def printed(case):
    """What a case prints; a delivery its whole report."""
    return purser.DeliveryReport._fields if case["verb"] == "box_deliver" else case["print"]


async def line(on, case, awaitable):
    try:
        result = await answer(on, case, awaitable)
        on.kept.update({name: getattr(result, field) for name, field in case.get("keep", {}).items()})
        return "\t".join([case["name"], "ok"] + [f"{path}={compact(at(result, path.split('.')))}" for path in printed(case)])
    except purser.PurserError as error:
        return "\t".join([case["name"], error.reason] + [f"{name}={compact(getattr(error, name))}" for name in ("code", "parameter", "message")])


class On:
    """A store, and the sandbox where the table has one."""

    def __init__(self, whole, source):
        self.kept, self.box, catalog = {}, None, source / whole["catalog"]
        if "sandbox" in whole:
            self.box = purser.Sandbox(catalog=catalog, **whole["sandbox"])
            self.store = purser.Purser.open(**self.box.config, store="sqlite::memory:")
        else:
            clock = purser.ManualClock(whole["now_ms"])
            self.store = purser.Purser.open(store="sqlite::memory:", mode="offline", catalog=catalog, webhook_secrets=whole["webhook_secrets"], clock=clock)


async def table(whole, source, awaitable):
    on = On(whole, source)
    with on.store:
        lines = [await line(on, case, awaitable) for case in whole["cases"]]
    if on.box:
        on.box.close()
    return lines


def main(cases, source):
    whole = json.loads(Path(cases).read_text(encoding="utf-8"))
    blocking, awaited = (asyncio.run(table(whole, Path(source), awaitable)) for awaitable in (False, True))
    for one, other in zip(blocking, awaited):
        if one != other:
            sys.exit(f"the two forms differ:\nblocking: {one}\nawaited:  {other}")
    sys.stdout.buffer.write(("\n".join(blocking) + "\n").encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
