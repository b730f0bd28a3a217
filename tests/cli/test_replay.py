"""purser replay: where documents come from, what is refused, that memory does not grow."""
import json
import os
import resource

from support import CATALOG, HISTORIES, Case, main, run

STORY = HISTORIES / "updated-after-deleted.jsonl"


class Replay(Case):
    def test_files_folders_and_standard_input_agree(self):
        lines = STORY.read_text().splitlines()
        whole = self.replay(STORY, store=self.folder / "1.db")
        folder = self.folder / "documents"
        folder.mkdir()
        for number, line in enumerate(lines[:-1]):
            (folder / f"{number}.json").write_text(json.dumps(json.loads(line), indent=1))
        (folder / "9.jsonl").write_text(lines[-1])
        (folder / "notes.txt").write_text("not a document")
        for report in (self.replay(folder, store=self.folder / "2.db"), self.replay("-", store=self.folder / "3.db", stdin=STORY.read_bytes()),
                       self.replay(folder / "9.jsonl", folder, store=f"sqlite:{self.folder / '4.db'}")):
            self.assertEqual(report["state_hash"], whole["state_hash"])

    def test_a_json_file_is_one_document(self):
        path = self.file("three.json", STORY.read_bytes())
        report = self.replay(path)
        self.assertEqual((report["documents"], report["outcomes"]["rejected"]), (1, 1))
        broken = self.file("broken.json", json.dumps(json.loads(STORY.read_text().splitlines()[0]), indent=1)[:-40])
        report = self.replay(broken)
        self.assertEqual(report["documents"], 1)
        self.assertEqual([(one["source"], one["line"]) for one in report["refused"]], [(str(broken), 1)])

    def test_what_is_refused_is_named_and_the_rest_is_taken(self):
        lines = STORY.read_text().splitlines()
        path = self.file("mixed.jsonl", "\n".join([lines[0], "{", "", '{"purser":"dance"}', "[1]", '{"purser":"link","account":"","customer":"cus_1"}', *lines[1:]]))
        report = self.replay(path)
        self.assertEqual(report["outcomes"]["rejected"], 4)
        self.assertEqual([(one["source"], one["line"]) for one in report["refused"]], [(str(path), line) for line in (2, 4, 5, 6)])
        self.assertEqual(report["state_hash"], self.replay(STORY, store=self.folder / "clean.db")["state_hash"])
        ran = run("replay", path, "--store", self.store)
        self.assertEqual(ran.code, 0)
        self.assertEqual([line.split(": ")[1] for line in ran.err.splitlines()], [f"{path}:{line}" for line in (2, 4, 5, 6)])
        self.assertEqual(run("replay", path, "--store", self.store, "--strict").code, 1)
        self.assertEqual(run("replay", STORY, "--store", self.store, "--strict").code, 0)

    def test_a_long_file_is_taken_in_slices(self):
        event = json.loads(STORY.read_text().splitlines()[0])
        path = self.folder / "long.jsonl"
        with path.open("w") as file:
            for number in range(12000):
                file.write(json.dumps({"id": f"evt_long_{number}", "object": "event", "type": "payment_method.attached", "created": event["created"] + number,
                                       "livemode": False, "data": {"object": {"id": f"pm_{number}", "object": "payment_method", "note": "x" * 900}}}) + "\n")
                if number == 9000:
                    file.write("{" + "y" * (6 << 20) + "\n")
            file.write("{")
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        report = self.replay(path)
        self.assertEqual((report["documents"], report["outcomes"]["recorded"]), (12002, 12000))
        self.assertEqual([(one["line"], one["reason"]) for one in report["refused"]], [(9002, "document_too_large"), (12002, "document_not_json")])
        self.assertGreater(path.stat().st_size, 16 << 20)
        self.assertLess(max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss), (1 << 20) if "ASAN_OPTIONS" in os.environ else (256 << 10))  # KiB

    def test_an_empty_replay_tells_what_the_store_holds(self):
        first = self.replay(STORY)
        report = self.replay("-", catalog=None)
        self.assertEqual((report["documents"], report["state_hash"], report["subscriptions"]), (0, first["state_hash"], first["subscriptions"]))

    def test_one_changed_field_is_another_hash(self):
        changed = self.file("changed.jsonl", STORY.read_text().replace('"quantity":1', '"quantity":2'))
        self.assertNotEqual(self.replay(STORY)["state_hash"], self.replay(changed, store=self.folder / "other.db")["state_hash"])

    def test_the_moment_of_arrival_is_not_part_of_the_hash(self):
        now = self.replay(STORY)
        then = self.replay(STORY, store=self.folder / "then.db", more=("--now", 1))
        self.assertEqual(now["state_hash"], then["state_hash"])

    def test_usage(self):
        self.fails(2, "replay", STORY, "--store", self.store, says=[self.store, "--catalog"])
        self.fails(2, "replay", STORY, self.folder / "none.jsonl", "--store", self.store, "--catalog", CATALOG, says="none.jsonl")
        empty = self.folder / "empty"
        empty.mkdir()
        self.fails(2, "replay", empty, "--store", self.store, "--catalog", CATALOG, says=[empty, "*.jsonl"])
        self.fails(2, "replay", "--store", self.store, says="FILE")
        self.assertFalse(self.store.exists())
        run("account", "link", "acct_1", "cus_1", "--store", self.store)
        self.fails(2, "replay", STORY, "--store", self.store, says=[self.store, "--catalog"])


if __name__ == "__main__":
    main()
