"""What a host must not write: mypy --strict complains about every line marked wrong, and no other. See test_types.py."""
from purser import Purser, Receipt, Sandbox
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

p.checkout_create(account="a", success_url="u", interval="monthly")  # wrong
p.checkout_create(account="a", success_url="u", metadata={"a": 5})  # wrong
p.checkout_create(account="a")  # wrong
p.portal_create(account="a", return_url="u", flow="stop")  # wrong
for change in p.changes("c"): change.plan  # wrong
p.changes()  # wrong
for invoice in p.invoices("a"): invoice.tier  # wrong
p.parked("a")  # wrong
p.account_close(account="a", when="later")  # wrong
Sandbox().card("cus_1", "stolen")  # wrong
Sandbox().deliver(p, order="random")  # wrong
Sandbox("catalog.json")  # wrong
