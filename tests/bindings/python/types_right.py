"""What a host may write: mypy --strict has nothing to say. See test_types.py."""
from pathlib import Path
from purser import DeliveryReport, ManualClock, Purser, PurserError, Receipt, AccountView, LogLevel, Sandbox

def heard(level: int, message: str) -> None: ...

clock = ManualClock(5)
with Purser.open(store=Path("x"), catalog="c.json", webhook_secrets=["a"], log=heard, log_level=LogLevel.INFO, clock=clock) as purser:
    receipt: Receipt = purser.webhook_receive(body=b"", signature=None)
    status: int = receipt.http_status
    held: bool = purser.check("a", "b")
    tier: str | None = purser.tier("a", "b")
    view: AccountView = purser.account_read(account="a", at_ms=5)
    first: str = view.tiers[0].tier
    Purser.webhook_verify(body="x", secrets=["a"]).created_ms
    purser.catalog_apply(path=Path("c"))
    if receipt.outcome == "applied": pass

async def later(purser: Purser) -> AccountView:
    return await purser.aio.account_read(account="a")

try: ...
except PurserError as error:
    code: str = error.code

with Sandbox(catalog="catalog.json", seed=1) as box, Purser.open(**box.config, store="sqlite::memory:", allowed_origins=["https://app.example.com"]) as purser:
    buy = purser.checkout_create(account="a", tier="app/pro", interval="month", metadata={"team": "blue"}, success_url="https://app.example.com/")
    box.pay(buy.session_id)
    report: DeliveryReport | None = box.deliver(purser, order="shuffled", repeat=3)
    numbers: list[str] = [invoice.number for invoice in purser.invoices("a", limit=10)]
    customers: list[str] = [one.customer for one in purser.parked(foreign=True)]
    arrivals: list[int] = [one.arrival_ms for one in purser.earnings("acct_1")]
    ends: int = purser.account_close(account="a", when="now").ends_ms
    keys: list[str] = [chain.account_key for chain in purser.ledger_verify().broken]
    box.card("cus_1", "declined")
    box.fail("status", status=500)
    url: str = purser.portal_create(account="a", return_url="u", flow="cancel").url
    for change in purser.changes("users-table", wait=0):
        moved: str = change.tier_before + change.tier
        change.done()

async def listen(purser: Purser) -> None:
    async for change in purser.aio.changes("users-table"):
        await change.done()
