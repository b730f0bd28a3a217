"""The recorded exchanges of the corpus, played in order: status, error type and code, and the key set of every answer agree, but for the committed differences.json, which only shrinks.

usage: test_exchanges.py DRIVER [--write]      --write: differences.json anew, for a look at `git diff`
The corpus is in the folder PURSER_SHARED, default ../shared beside the sources."""
import collections
import http.client
import json
import os
import pathlib
import sys
import urllib.parse

from exchanges import ERROR, NOT_THERE_RECORDINGS, Player, Skipped, load, step_of
from key_sets import Moves, compare
from support import CATALOG, HERE, ROOT, Box

LISTED = HERE / "differences.json"
PLAYED_MIN = 400


def wrong_key(url):
    """Asks over loopback with a key that nobody gave out: the driver's own requests have the right one."""
    def ask(method, path):
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=30)
        connection.request(method, path, headers={"Authorization": "Bearer sk_test_wrong"})
        answer = connection.getresponse()
        body = json.loads(answer.read())
        connection.close()
        return answer.status, body
    return ask


def differences(recorded_status, recorded, status, answer):
    """Texts that name what differs."""
    if recorded_status != status:
        reason = answer.get("error", {}).get("message", "")
        return {f"status {recorded_status} became {status}"}, reason
    if "error" in recorded:
        return {f"error.{key} {recorded['error'].get(key)} became {answer['error'].get(key)}" for key in ERROR
                if recorded["error"].get(key) != answer["error"].get(key)}, ""
    return None, ""


class Count:
    def __init__(self):
        self.equal, self.different, self.skipped = 0, 0, collections.Counter()
        self.found, self.reasons = {}, {}  # text -> first place

    def step(self, moves, file, number, step, player):
        request = step["request"]
        where = f"{file[:-5]}#{number} {request['method'].upper()} {urllib.parse.urlsplit(request['uri']).path}"
        try:
            recorded_status, recorded, status, answer = step_of(player, step)
        except Skipped as why:
            self.skipped[str(why)] += 1
            return
        texts, reason = differences(recorded_status, recorded, status, answer)
        if texts is None:
            version = step["response"]["stripe_version"] or request["stripe_version"]
            texts = {f"{place}: {how} {key}" for place, key, how in compare(recorded, answer) if not moves.explains(place, key, how, version)}
        else:
            texts = {f"{request['method'].upper()} {kind_of(request['uri'])} of {file[:-5]}: {text}" for text in texts}
        self.equal += not texts
        self.different += bool(texts)
        for text in texts:
            self.found.setdefault(text, where + (f": {reason}" if reason else ""))

    def skip(self, steps, why):
        self.skipped[why] += len(steps)


def kind_of(uri):
    return "/".join(part for part in urllib.parse.urlsplit(uri).path.split("/")[2:] if "_" not in part or part.isalpha() or part in ("invoice_payments", "payment_methods", "payment_intents", "subscription_items", "billing_portal"))


def play(driver, corpus):
    moves = Moves(json.loads((HERE / "versions.json").read_text(encoding="utf-8")))
    count = Count()
    for file, steps in load(corpus):
        if file in NOT_THERE_RECORDINGS:
            count.skip(steps, NOT_THERE_RECORDINGS[file])
            continue
        with Box(driver, catalog=CATALOG, serve=True) as box:
            player = Player(box, wrong_key(box.url))
            for number, step in enumerate(steps, 1):
                count.step(moves, file, number, step, player)
    return count


def main():
    driver, corpus = sys.argv[1], pathlib.Path(os.environ.get("PURSER_SHARED") or ROOT.parent / "shared") / "corpus" / "exchanges"
    if not corpus.is_dir():
        print(f"\n!!!! NOT TESTED: no recorded exchanges in {corpus}; set PURSER_SHARED to the folder that holds corpus/\n")
        return 77
    count = play(driver, corpus)
    listed = json.loads(LISTED.read_text(encoding="utf-8"))
    if "--write" in sys.argv:
        listed = {text: listed.get(text, "") for text in sorted(count.found)}
        LISTED.write_text(json.dumps(listed, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    new, gone, bare = sorted(count.found.keys() - listed.keys()), sorted(listed.keys() - count.found.keys()), [text for text, why in listed.items() if not why]
    for text in new:
        print(f"NEW: {text}\n    first at {count.found[text]}")
    for text in gone:
        print(f"GONE, so strike it off differences.json: {text}")
    for text in bare:
        print(f"differences.json does not say why: {text}")
    for why, times in count.skipped.most_common():
        print(f"skipped {times}: {why}")
    played = count.equal + count.different
    print(f"{played + sum(count.skipped.values())} exchanges: {played} played, {sum(count.skipped.values())} skipped, {count.equal} equal, "
          f"{count.different} with listed differences ({len(listed)} listed)")
    return 1 if new or gone or bare or played < PLAYED_MIN else 0


if __name__ == "__main__":
    sys.exit(main())
