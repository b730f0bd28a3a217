"""purser account show, purser account link, purser check; what people read."""
from support import EXAMPLE_CATALOG, HISTORIES, Case, main, run

STORY = HISTORIES / "add-on-beside-the-tier.jsonl"
AT = 1760000100


class Account(Case):
    def test_people_read_a_page(self):
        self.same_as_golden(self.ok("replay", STORY, "--store", self.store, "--catalog", HISTORIES / "catalog.json").out, "replay.txt")
        self.same_as_golden(self.ok("account", "show", "acct_1", "--store", self.store, "--at", AT).out, "show.txt")
        self.same_as_golden(self.ok("account", "show", "nobody", "--store", self.store, "--at", AT).out, "show-nobody.txt")
        self.assertNotIn("\x1b", self.ok("account", "show", "acct_1", "--store", self.store).out)

    def test_an_unknown_account_holds_the_fallback_tiers(self):
        self.replay("-", catalog=EXAMPLE_CATALOG)
        shown = self.show("nobody")
        self.assertEqual((shown["customer"], shown["grants"], shown["features"]), (None, [], ["video"]))
        self.assertEqual(set(shown["tiers"].values()), {"free"})
        self.assertEqual(shown["limits"]["leads"], {"limit": 0, "window": "month"})

    def test_unlimited_is_null(self):
        line = STORY.read_text().splitlines()[0].replace('"price_a"', '"price_u"').replace('"app_a"', '"app_u"')
        catalog = self.file("catalog.json", (HISTORIES / "catalog.json").read_text()
                            .replace('"app_a"', '"app_u"').replace('"price_a"', '"price_u"').replace('"seats": 1', '"seats": "unlimited"'))
        self.replay(self.file("one.jsonl", line), catalog=catalog)
        self.assertEqual(self.show("acct_1", AT)["limits"]["seats"], {"limit": None, "window": "lifetime"})
        self.assertRegex(self.ok("account", "show", "acct_1", "--store", self.store, "--at", AT).out, r"(?m)^  seats +unlimited$")

    def test_at_decides_for_that_moment(self):
        self.replay(STORY)
        grant = self.show("acct_1", AT)["grants"][0]
        end = grant["valid_until_ms"] // 1000
        self.assertEqual(grant["valid_until_ms"] % 1000, 0)
        for at, tier, answer in ((AT, "tier-a", 0), (end - 1, "tier-a", 0), (end, "free", 1), (end + 10**9, "free", 1)):
            self.assertEqual(self.show("acct_1", at)["tiers"], {"app": tier})
            ran = run("check", "acct_1", "a", "--store", self.store, "--at", at)
            self.assertEqual((ran.code, ran.out, ran.err), (answer, "no\n" if answer else "yes\n", ""))
        self.assertEqual(self.show("acct_1", AT)["state_hash"], self.show("acct_1", end)["state_hash"])

    def test_check_says_no_for_what_it_does_not_know(self):
        self.replay(STORY)
        for account, feature in (("nobody", "a"), ("acct_1", "no_such_feature"), ("", ""), ("x" * 300, "a")):
            self.assertEqual(run("check", account, feature, "--store", self.store, "--at", AT).code, 1)

    def test_a_link_before_anything_was_seen(self):
        linked = run("account", "link", "acct_7", "cus_1", "--store", self.store)
        self.assertEqual((linked.code, linked.out), (0, "cus_1 now belongs to acct_7; 0 subscriptions count\n"))
        self.assertEqual(linked.err, f"purser: made the offline store {self.store}\n")
        self.assertEqual(self.ok("account", "link", "acct_7", "cus_1", "--store", self.store).out, "cus_1 belongs to acct_7; 0 subscriptions count\n")
        self.assertEqual(self.show("acct_7")["tiers"], {})
        line = STORY.read_text().splitlines()[0].replace('"purser_account":"acct_1"', '"note":"none"')
        self.replay(self.file("one.jsonl", line))
        self.assertEqual(self.show("acct_7", AT)["tiers"], {"app": "tier-a"})
        self.fails(3, "account", "link", "acct_8", "cus_1", "--store", self.store, says="cus_1")

    def test_a_link_makes_what_was_parked_count(self):
        line = STORY.read_text().splitlines()[0].replace('"purser_account":"acct_1"', '"note":"none"')
        self.assertEqual(self.replay(self.file("one.jsonl", line))["outcomes"]["parked"], 1)
        self.assertEqual(self.show("acct_7", AT)["tiers"], {"app": "free"})
        self.assertEqual(self.ok("account", "link", "acct_7", "cus_1", "--store", self.store).out, "cus_1 now belongs to acct_7; 1 subscription counts\n")
        self.assertEqual(self.show("acct_7", AT)["tiers"], {"app": "tier-a"})

    def test_every_command_helps(self):
        groups = ("webhook", "account", "invoice", "gap", "event", "parked", "ledger", "store")
        commands = ("webhook verify", "replay", "account show", "account link", "check", "account billing", "account close", "account erase", "account export",
                    "invoice list", "gap list", "gap fetch", "event sweep", "parked list", "health", "ledger verify", "store tidy")
        for words in ("", *groups, *commands):
            self.assertRegex(self.ok(*words.split(), "--help").out, "Examples?:\n  " if words in commands else "purser")
        listed = self.ok("--help").out
        for word in {words.split()[0] for words in commands}:
            self.assertRegex(listed, rf"(?m)^  {word} ")
        self.assertRegex(self.ok("--version").out, r"\Apurser \d+\.\d+\.\d+\n\Z")


if __name__ == "__main__":
    main()
