"""Errors: one exception, with all that the library says; a delivery never raises."""

import pickle
import unittest

from purser import ManualClock, Purser, PurserError
from support import SECRET, event, open_store, signed


class Errors(unittest.TestCase):
    def setUp(self):
        self.store = open_store()
        self.addCleanup(self.store.close)

    def refused(self, call, *args, **fields):
        with self.assertRaises(PurserError) as caught:
            call(*args, **fields)
        return caught.exception

    def test_what_it_says(self):
        error = self.refused(self.store.account_read, account="")
        self.assertEqual((error.status, error.code, error.reason, error.parameter, error.request_id, error.retry_after_ms),
                         (1, "invalid", "argument_missing", "account", "", 0))
        self.assertEqual(str(error), error.message)
        again = pickle.loads(pickle.dumps(error))
        self.assertEqual((str(again), again.reason), (str(error), error.reason))

    def test_opening(self):
        for config, code in (({"store": "sqlite::memory:", "mode": "nonsense"}, "invalid"),
                             ({"store": "no/such/folder/x.db", "must_exist": True}, "not_found"),
                             ({"store": "sqlite::memory:", "webhook_secrets": ["whsec_..."]}, "refused"),
                             ({"store": "sqlite::memory:", "log": 5}, "invalid"),
                             ({"store": "sqlite::memory:", "clock": 5}, "invalid"),
                             ({"store": "sqlite::memory:", "sandbox": 5}, "invalid"),
                             ({"store": "sqlite::memory:", "secret_key": "sk_test_..."}, "refused"),
                             ({}, "invalid")):
            self.assertEqual(self.refused(Purser.open, **config).code, code, config)

    def test_secrets_are_not_repeated(self):
        error = self.refused(self.store.secrets_set, secrets=["sk_live_do_not_print_me"])
        self.assertNotIn("do_not_print_me", repr(vars(error)) + str(error))

    def test_words_of_a_closed_list_and_metadata_as_a_dict(self):
        known = "expected one of any, day, week, month, year, once"
        for more, reason, parameter, message in (
            ({"interval": "mnth"}, "argument_out_of_range", "interval", f"interval: {known}, found 'mnth'; nearest is 'month'"),
            ({"interval": "fortnightly"}, "argument_out_of_range", "interval", f"interval: {known}, found 'fortnightly'"),
            ({"interval": 99}, "argument_out_of_range", "interval", None),
            ({"interval": 1.5}, "argument_type", "interval", None),
            ({"metadata": {"team": 5}}, "argument_type", "metadata.team", "metadata.team: expected a str, found int"),
            ({"metadata": {5: "team"}}, "argument_type", "metadata", None),
            ({"metadata": ["team"]}, "argument_type", "metadata", None),
            ({"metadata": {"team": "5"}, "metadata_keys": ["a"]}, "argument_conflict", "metadata_keys", None),
            ({"metadata_keys": ["a"], "metadata_values": ["b"], "metadata": {}}, "argument_conflict", "metadata_keys", None),
            ({"metadata": {"k" * 41: "v"}}, None, "metadata_keys", None),
        ):
            error = self.refused(self.store.checkout_create, account="a", tier="app/pro", success_url="https://app.example.com/", **more)
            self.assertEqual((error.code, error.parameter), ("invalid", parameter), more)
            self.assertIn(reason, (None, error.reason))
            self.assertIn(message, (None, error.message))
        flow = self.refused(self.store.portal_create, account="a", return_url="https://app.example.com/", flow="cancle")
        self.assertIn("home, payment_method, cancel, update, update_confirm, found 'cancle'; nearest is 'cancel'", flow.message)

    def test_values_without_a_c_form(self):
        read, verify = self.store.account_read, Purser.webhook_verify
        for call, fields, reason in ((read, {"account": 5}, "argument_type"), (read, {"account": b"a"}, "argument_type"),
                                     (read, {"account": "a\0b"}, "argument_not_utf8"), (read, {"account": "\ud800"}, "argument_not_utf8"),
                                     (read, {"account": "a", "at_ms": 1.5}, "argument_type"), (read, {"account": "a", "at_ms": "1"}, "argument_type"),
                                     (read, {"account": "a", "at_ms": 2**63}, "argument_out_of_range"),
                                     (verify, {"body": [1]}, "argument_type"), (verify, {"secrets": "whsec_a"}, "argument_type"),
                                     (verify, {"secrets": [SECRET, 5]}, "argument_type"), (verify, {"secrets": 5}, "argument_type"),
                                     (self.store.event_replay, {"documents": "{}", "totals": 1}, "argument_type"),
                                     (Purser.open, {"store": "sqlite::memory:", "threads": 2**40}, "argument_out_of_range")):
            self.assertEqual(self.refused(call, **fields).reason, reason, fields)

    def test_wrong_calls_are_type_errors(self):
        for call, args, fields in ((self.store.account_read, (), {"acount": "a"}), (self.store.account_read, ("a",), {}),
                                   (self.store.webhook_receive, (), {"boddy": b""}), (Purser.open, ("sqlite::memory:",), {}),
                                   (Purser.open, (), {"store": "x", "log_context": 5}), (Purser, (), {}), (ManualClock, ("now",), {})):
            with self.assertRaises(TypeError):
                call(*args, **fields)

    def test_a_delivery_never_raises(self):
        for fields in ({}, {"body": 5}, {"body": b"", "signature": 7}, {"body": b"\xff\0", "signature": "\ud800"}, {"signature": "a\0b"},
                       {"body": "\ud800"}, {"deadline_ms": -1}, {"deadline_ms": 2**70}, {"endpoint": []}):
            receipt = self.store.webhook_receive(**fields)
            self.assertEqual(receipt.outcome, "rejected")
            self.assertGreaterEqual(receipt.http_status, 400, fields)
            self.assertTrue(receipt.reason and receipt.message, fields)
        self.store.close()
        receipt = self.store.webhook_receive(**signed(event(1)))
        self.assertEqual((receipt.http_status, receipt.reason), (503, "closed"))


if __name__ == "__main__":
    unittest.main()
