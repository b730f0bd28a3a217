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


def given(case):
    return {name: value["repeat"][0] * value["repeat"][1] if isinstance(value, dict) else value for name, value in case["in"].items()}


async def answer(store, case, awaitable):
    verb, fields = case["verb"], given(case)
    if verb == "open":
        return purser.Purser.open(**fields).close()
    if verb in ("check", "tier"):
        return Decision(getattr(store, verb)(*fields.values()))
    return await getattr(store.aio, verb)(**fields) if awaitable else getattr(store, verb)(**fields)


async def line(store, case, awaitable):
    try:
        result = await answer(store, case, awaitable)
        return "\t".join([case["name"], "ok"] + [f"{path}={compact(at(result, path.split('.')))}" for path in case["print"]])
    except purser.PurserError as error:
        return "\t".join([case["name"], error.reason] + [f"{name}={compact(getattr(error, name))}" for name in ("code", "parameter", "message")])


async def table(whole, source, awaitable):
    clock = purser.ManualClock(whole["now_ms"])
    with purser.Purser.open(store="sqlite::memory:", mode="offline", catalog=source / whole["catalog"], webhook_secrets=whole["webhook_secrets"], clock=clock) as store:
        return [await line(store, case, awaitable) for case in whole["cases"]]


def main(cases, source):
    whole = json.loads(Path(cases).read_text(encoding="utf-8"))
    blocking, awaited = (asyncio.run(table(whole, Path(source), awaitable)) for awaitable in (False, True))
    for one, other in zip(blocking, awaited):
        if one != other:
            sys.exit(f"the two forms differ:\nblocking: {one}\nawaited:  {other}")
    sys.stdout.buffer.write(("\n".join(blocking) + "\n").encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
