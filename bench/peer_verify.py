"""Row `verify`: what a Python host writes by hand, hmac and json. Arguments: file of deliveries, secret."""
import hashlib
import hmac
import json
import platform
import sys
import time

import worker

(header, body), secret = worker.read_deliveries(sys.argv[1])[0], sys.argv[2].encode()


def verify():
    fields = dict(part.split("=", 1) for part in header.split(","))
    expected = hmac.new(secret, fields["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, fields["v1"]) or abs(time.time() - int(fields["t"])) > 86400:
        raise ValueError("signature")
    event = json.loads(body)
    return event["id"], event["type"], event["created"], event["livemode"]


worker.serve({"verify": worker.repeat(verify)}, f"python {platform.python_version()}")
