"""Fills a store that Purser made with resident accounts, each with one grant: a shortcut past a million deliveries, for the check rows only.
Arguments: SQLite file, number of accounts. Ids as in accounts.hpp."""
import sqlite3
import sys

TIER, PRODUCT, FOR_LONG_MS = "pro", "leadsite-ai", 4_000_000_000_000


def insert(db, table, values):
    """One row per account; `values(i)` names what is not zero or empty."""
    columns = db.execute(f"SELECT name, type FROM pragma_table_info('{table}') ORDER BY cid").fetchall()
    empty = {"TEXT": "", "BLOB": b"", "BYTEA": b""}
    defaults = [empty.get(kind, 0) for _, kind in columns]
    names = [name for name, _ in columns]
    unknown = set(values(0)) - set(names)
    if unknown:
        raise SystemExit(f"{table} has no column {unknown}: bring bench/accounts.py up to the schema")
    position = {name: i for i, name in enumerate(names)}

    def row(i):
        filled = list(defaults)
        for name, value in values(i).items():
            filled[position[name]] = value
        return filled

    marks = ",".join("?" * len(names))
    db.executemany(f"INSERT INTO {table} VALUES ({marks})", (row(i) for i in range(int(sys.argv[2]))))


def account(i):
    return f"acct_{i:015}"


with sqlite3.connect(sys.argv[1]) as db:
    insert(db, "purser_accounts", lambda i: {"account": account(i), "account_key": i.to_bytes(16, "big"), "ledger_head": bytes(32)})
    insert(db, "purser_grants", lambda i: {
        "account": account(i), "subscription": f"sub_{i:015}", "item": f"si_{i:015}", "product": PRODUCT, "tier": TIER, "cause": "subscription",
        "price": "price_1QBenchPro", "customer": f"cus_{i:015}", "status": "active", "quantity": 1, "valid_until_ms": FOR_LONG_MS + i})
