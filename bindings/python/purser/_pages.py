"""Lists as iterators: a page is asked for when the one before is used up. `limit` is the size of a page."""


def _pages(verb, name, limit, fields):
    after = None
    while True:
        page = verb(limit=limit, after=after, **fields)
        yield from getattr(page, name)
        if not page.next:
            return
        after = page.next


async def _aio_pages(verb, name, limit, fields):
    after = None
    while True:
        page = await verb(limit=limit, after=after, **fields)
        for one in getattr(page, name):
            yield one
        if not page.next:
            return
        after = page.next


def invoices(self, account, *, limit=None):
    """Every invoice of the account, newest first."""
    return _pages(self.invoice_list, "invoices", limit, {"account": account})


def aio_invoices(self, account, *, limit=None):
    """As Purser.invoices, for `async for`."""
    return _aio_pages(self.invoice_list, "invoices", limit, {"account": account})


def parked(self, *, foreign=False, limit=None):
    """Everything whose customer is linked to no account, oldest first; foreign: of other applications instead."""
    return _pages(self.parked_list, "objects", limit, {"foreign": foreign})


def aio_parked(self, *, foreign=False, limit=None):
    """As Purser.parked, for `async for`."""
    return _aio_pages(self.parked_list, "objects", limit, {"foreign": foreign})


def earnings(self, stripe_account, *, limit=None):
    """Every transfer and payout of a connected account, newest first."""
    return _pages(self.earning_read, "entries", limit, {"stripe_account": stripe_account})


def aio_earnings(self, stripe_account, *, limit=None):
    """As Purser.earnings, for `async for`."""
    return _aio_pages(self.earning_read, "entries", limit, {"stripe_account": stripe_account})
