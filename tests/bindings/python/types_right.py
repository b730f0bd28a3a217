"""What a host may write: mypy --strict has nothing to say. See test_types.py."""
from pathlib import Path
from purser import ManualClock, Purser, PurserError, Receipt, AccountView, LogLevel

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
