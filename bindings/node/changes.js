"use strict";
// The change feed as an async iterator: at least once, in order, one durable cursor per consumer.
const { setTimeout: sleep } = require("node:timers/promises");

const pollMinMs = 250;
const pollMaxMs = 1000;
const ends = new Set(["closed", "canceled"]);

/** Every change that the consumer has not said done to, then those that come. `closed` and `signal` end it; `waitMs` ends it when nothing is new for so long. */
async function* changes(purser, closed, consumer, { signal, pollMs = pollMinMs, waitMs = Infinity, limit } = {}) {
  if (!(Number.isFinite(pollMs) && pollMs >= 1)) throw new RangeError("pollMs: expected milliseconds, 1 or more");
  if (typeof waitMs !== "number" || Number.isNaN(waitMs)) throw new RangeError("waitMs: expected milliseconds, or Infinity");
  const end = signal ? either(signal, closed) : { signal: closed, forget() {} };
  try {
    let pauseMs = pollMs;
    let quietMs = 0;
    const cursor = { seq: 0 };
    while (!end.signal.aborted) {
      const found = await next(purser, consumer, limit, end.signal);
      if (!found) return;
      for (const change of found.changes) {
        if (end.signal.aborted) return;
        yield withDone(purser, consumer, change, cursor);
      }
      if (found.changes.length > 0 && cursor.seq >= found.changes.at(-1).seq) {
        pauseMs = pollMs;
        quietMs = 0;
        continue;
      }
      // Nothing new, or something that was not said done to: that comes again, but not at once.
      if (quietMs >= waitMs) return;
      const thisMs = Math.min(pauseMs, waitMs - quietMs);
      if (!(await pause(thisMs, end.signal))) return;
      quietMs += thisMs;
      pauseMs = Math.min(pauseMs * 2, Math.max(pollMaxMs, pollMs));
    }
  } finally {
    end.forget();
  }
}

/** Nothing when the store is closed. */
async function next(purser, consumer, limit, signal) {
  try {
    return await purser.changeNext({ consumer, limit }, { signal });
  } catch (error) {
    if (ends.has(error.code)) return undefined;
    throw error;
  }
}

function withDone(purser, consumer, change, cursor) {
  const done = async () => {
    await purser.changeDone({ consumer, seq: change.seq });
    cursor.seq = Math.max(cursor.seq, change.seq);
  };
  return Object.defineProperty(change, "done", { value: done });
}

async function pause(ms, signal) {
  try {
    await sleep(ms, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}

/** AbortSignal.any, which Node 18 does not have. */
function either(...signals) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  for (const signal of signals) {
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  }
  return { signal: controller.signal, forget: () => signals.forEach((signal) => signal.removeEventListener("abort", abort)) };
}

module.exports = { changes };
