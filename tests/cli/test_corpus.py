"""Recorded webhook bodies of ../shared/corpus (or $PURSER_SHARED): as shipped nearly all carry dummy ids; with real ones they count.
PURSER_GOLDEN=write makes corpus_outcomes.json anew."""
import json
import os
import pathlib
import re
import unittest

from support import EXAMPLE_CATALOG, ROOT, Case, main

EVENTS = pathlib.Path(os.environ.get("PURSER_SHARED") or ROOT.parent / "shared") / "corpus" / "events"
TABLE = pathlib.Path(__file__).with_name("corpus_outcomes.json")
FIRST_SECOND = 1767225600


def with_real_ids(folder, into):
    """Every event gets an id and a second of its own; dummy object ids become the same real id wherever they stand."""
    into.mkdir()
    files = sorted(path for path in folder.glob("*.json") if path.name != "index.json")
    for number, path in enumerate(files):
        text = re.sub(r'"([a-z]+)_(?:test_)?0{6,}(?:\d{0,2})"', r'"\1_corpus"', path.read_text())
        event = json.loads(text)
        event["id"], event["created"] = f"evt_corpus_{number}", FIRST_SECOND + number
        (into / path.name).write_text(json.dumps(event))
    return len(files)


@unittest.skipUnless(EVENTS.is_dir(), "no corpus")
class Corpus(Case):
    def test_as_shipped_every_file_has_its_outcome_and_nothing_counts(self):
        empty = self.replay("-", catalog=EXAMPLE_CATALOG)
        outcomes = {}
        for path in sorted(EVENTS.glob("*.json")):
            report = self.replay(path, catalog=None)
            self.assertEqual(report["documents"], 1)
            outcomes[path.name] = next(name for name, count in report["outcomes"].items() if count)
        if os.environ.get("PURSER_GOLDEN") == "write":
            TABLE.write_text(json.dumps(outcomes, indent=1) + "\n")
        self.assertEqual(outcomes, json.loads(TABLE.read_text()))
        after = self.replay("-", catalog=None)
        self.assertEqual((after["state_hash"], after["accounts"], after["grants"]), (empty["state_hash"], 0, 0))

    def test_with_ids_and_seconds_of_their_own_they_count_once(self):
        folder = self.folder / "events"
        files = with_real_ids(EVENTS, folder)
        empty = self.replay("-", catalog=EXAMPLE_CATALOG)
        first = self.replay(folder, catalog=None)
        self.assertEqual((first["documents"], first["outcomes"]["rejected"], first["outcomes"]["test_event"]), (files, 0, 0))
        self.assertNotEqual(first["state_hash"], empty["state_hash"])
        self.assertGreater(first["subscriptions"], 0)
        again = self.replay(folder, catalog=None)
        self.assertEqual(again["state_hash"], first["state_hash"])
        self.assertEqual(again["outcomes"]["duplicate"], files)


if __name__ == "__main__":
    if not EVENTS.is_dir():
        print(f"NOT RUN: no corpus at {EVENTS}; set PURSER_SHARED to the folder that holds corpus/")
    main()
