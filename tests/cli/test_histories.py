"""Every committed history through the command alone: replay, then show at the moment that its expectation names."""
import json

from support import HISTORIES, Case, main


class Histories(Case):
    def test_every_history_shows_what_is_expected(self):
        histories = sorted(HISTORIES.glob("*.jsonl"))
        self.assertGreater(len(histories), 50)
        granted = 0
        for history in histories:
            with self.subTest(history.stem):
                expected = json.loads(history.with_suffix(".expected.json").read_text())
                store = self.folder / f"{history.stem}.db"
                report = self.replay(history, store=store)
                granted += report["grants"] > 0
                shown = self.show(expected["show"]["account"], expected["at"], store)
                self.assertRegex(shown.pop("state_hash"), "^[0-9a-f]{64}$")
                self.assertEqual(shown, expected["show"])
        self.assertGreater(granted, len(histories) // 2)

    def test_a_repeated_replay_changes_nothing(self):
        history = HISTORIES / "updated-after-deleted.jsonl"
        first = self.replay(history)
        again = self.replay(history, catalog=None)
        self.assertEqual(again["state_hash"], first["state_hash"])
        self.assertEqual(again["outcomes"]["duplicate"], again["documents"])


if __name__ == "__main__":
    main()
