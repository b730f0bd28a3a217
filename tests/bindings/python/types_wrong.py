"""What a host must not write: mypy --strict complains about every line marked wrong, and no other. See test_types.py."""
from purser import Purser, Receipt
Purser.open()  # wrong
Purser.open("x")  # wrong
p = Purser.open(store="x")
p.account_read(acount="a")  # wrong
p.account_read(account=5)  # wrong
p.check("a")  # wrong
p.check(account="a", feature="b")  # wrong
r: Receipt = p.webhook_receive(body=5)  # wrong
r.outcome = "applied"  # wrong
r.no_such  # wrong
x: str = r.http_status  # wrong
if r.outcome == "aplied": pass  # wrong
n: int = p.tier("a", "b")  # wrong
