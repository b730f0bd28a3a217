"""purser webhook verify."""
import hashlib
import hmac

from support import Case, main, run

SECRET = "whsec_the_command_tests_use_this"
NOW = 1767225600
BODY = b'{"id":"evt_1","object":"event","type":"invoice.paid","created":1767225600,"livemode":false,"data":{"object":{"id":"in_1","object":"invoice"}}}\r\n'


def header(body=BODY, secret=SECRET, at=NOW):
    return f"t={at},v1={hmac.new(secret.encode(), f'{at}.'.encode() + body, hashlib.sha256).hexdigest()}"


class Verify(Case):
    def verify(self, *more, body=BODY, signature=None, secret=("--secret", SECRET), now=NOW, **given):
        payload = self.file("body", body)
        return run("webhook", "verify", *secret, "--header", header() if signature is None else signature, "--payload-file", payload,
                   "--now", now, *more, **given)

    def verdict(self, code, reason, **given):
        ran = self.verify("--json", **given)
        self.assertEqual((ran.code, ran.err), (code, ""))
        answer = self.conforms(ran.json(), "verify")
        self.assertEqual((answer["accepted"], answer["reason"]), (code == 0, reason))
        return answer

    def test_accepted(self):
        answer = self.verdict(0, "accepted")
        self.assertEqual((answer["event_id"], answer["event_type"], answer["thin"]), ("evt_1", "invoice.paid", False))
        self.assertEqual(self.verify().out, "accepted  evt_1  invoice.paid\n")

    def test_a_thin_event(self):
        body = b'{"id":"evt_2","object":"v2.core.event","type":"v1.billing.meter.error_report_triggered","created":"2026-01-01T00:00:00.000Z","livemode":false,"related_object":null}'
        self.assertTrue(self.verdict(0, "accepted", body=body, signature=header(body))["thin"])

    def test_rejected(self):
        for changed in ({"body": BODY[:-2]}, {"secret": ("--secret", SECRET + "x")}, {"now": NOW + 301}, {"now": NOW - 301}, {"signature": ""},
                        {"body": b"[1]", "signature": header(b"[1]")}, {"body": b"x" * (1 << 20) + b"x"}, {"secret": ("--secret", "")}):
            ran = self.verify("--json", **changed)
            self.assertEqual(ran.code, 1, changed)
            answer = self.conforms(ran.json(), "verify")
            self.assertNotIn(answer["reason"], ("accepted", ""))
            self.assertEqual((answer["accepted"], answer["event_id"], answer["event_type"]), (False, None, None))
        self.assertRegex(self.verify(now=NOW + 301).out, r"\Arejected  [a-z_]+: .+\n\Z")

    def test_the_tolerance_is_in_seconds(self):
        self.verdict(0, "accepted", now=NOW + 300)
        self.assertEqual(self.verify("--tolerance", 10, now=NOW + 11).code, 1)
        self.assertEqual(self.verify("--tolerance", 1000, now=NOW + 999).code, 0)

    def test_now_may_be_the_epoch(self):
        self.assertEqual(self.verify(signature=header(at=5), now=0).code, 0)
        self.assertEqual(self.verify(signature=header(at=301), now=0).code, 1)

    def test_the_secret_comes_from_a_file_or_the_environment(self):
        for ending in ("", "\n", "\r\n"):
            self.verdict(0, "accepted", secret=("--secret-file", self.file("secret", SECRET + ending)))
        self.verdict(0, "accepted", secret=("--secret-env", "HOOK"), environment={"HOOK": SECRET})
        self.assertEqual(self.verify(secret=("--secret-env", "HOOK")).code, 2)
        self.assertEqual(self.verify(secret=("--secret-file", self.folder / "none")).code, 2)
        self.assertEqual(self.verify(secret=()).code, 2)

    def test_the_body_comes_from_standard_input_byte_for_byte(self):
        ran = run("webhook", "verify", "--secret", SECRET, "--header", header(), "--payload-file", "-", "--now", NOW, stdin=BODY)
        self.assertEqual(ran.code, 0)

    def test_usage(self):
        missing = self.folder / "none"
        self.fails(2, "webhook", "verify", "--secret", SECRET, "--header", "x", "--payload-file", missing, says=missing)
        self.fails(2, "webhook", "verify", "--secret", SECRET, "--header", "x", "--payload-file", self.folder, says=self.folder)
        self.fails(2, "webhook", "verify", "--secret", SECRET, "--secret-env", "A", "--header", "x", "--payload-file", missing, says="--secret-env")
        for wrong in ("-1", "soon", "1.5", "253402300800"):
            self.fails(2, "webhook", "verify", "--secret", SECRET, "--header", "x", "--payload-file", missing, "--now", wrong, says="--now")

    def test_no_output_holds_the_secret(self):
        payload = self.file("body", BODY)
        common = ["--header", header(), "--payload-file", payload]
        for words in (["--secret", SECRET, *common], ["--secret", SECRET, "--json", *common], ["--secert", SECRET, *common], [f"--secert={SECRET}", *common],
                      [SECRET, *common], ["--secret-file", payload, SECRET, *common], ["--secret", SECRET, "--now", SECRET, *common],
                      ["--secret-env", SECRET, *common], ["--secret", SECRET, "--secret", SECRET, *common], ["--secret-file", SECRET, *common]):
            ran = run("webhook", "verify", *words)
            self.assertNotEqual(ran.out + ran.err, "")
            self.assertNotIn(SECRET, ran.out + ran.err, words)


if __name__ == "__main__":
    main()
