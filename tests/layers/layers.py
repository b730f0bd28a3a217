"""The house rules as data: who may include and call whom (DESIGN: bindings, cli, examples, sandbox -> capi -> runtime -> ...)."""
import re

# Layer -> what it may use besides itself. `public` = include/purser.h, include/purser.hpp and include/purser/.
ARROWS = {
    "base": set(),
    "domain": {"base"},
    "stripe": {"domain", "base"},
    "ports": {"base"},
    "store": {"ports", "domain", "base"},
    "engine": {"store", "stripe", "ports", "domain", "base"},
    "adapters": {"ports", "base"},
    "runtime": {"engine", "adapters", "store", "stripe", "ports", "domain", "base"},
    "capi": {"runtime", "engine", "stripe", "ports", "domain", "base", "public"},
    "sandbox": {"public", "base"},
    "cli": {"public"},
    "node": {"public"},
    "python": {"public"},
    "examples": {"public"},
}
# The sandbox may sign and encode as Stripe does; nothing else of the stripe layer.
SANDBOX_HEADERS = {"stripe/signature.hpp", "stripe/form.hpp"}
SANDBOX_SYMBOLS = re.compile(r"\bpurser::stripe::(Form|KeyPart|nested|Secrets)\b")

# Folder -> layer, longest match first.
FOLDERS = {f"src/{name}": name for name in ("base", "domain", "stripe", "ports", "store", "engine", "adapters", "runtime", "sandbox", "cli")}
FOLDERS |= {"capi": "capi", "bindings/node": "node", "bindings/python": "python", "examples": "examples"}

# System headers with one home each: (pattern, layers or single files that may include them).
HOMES = [
    # The reference host has a table of its own, in a file of its own, through the same system library.
    (re.compile(r"^sqlite3(ext)?\.h$"), {"adapters", "examples/server/database.hpp"}),
    (re.compile(r"^openssl/"), {"adapters", "examples", "src/base/hash.cpp"}),
    (re.compile(r"^curl/"), {"adapters"}),
    (re.compile(r"^(libpq-fe|postgres.*)\.h$"), {"adapters"}),
    (re.compile(r"^boost/(asio|beast)"), {"adapters", "examples", "src/sandbox/server.cpp", "src/sandbox/post.cpp"}),
    (re.compile(r"^boost/json/src\.hpp$"), {"src/base/json.cpp", "examples/server/json.cpp"}),
    (re.compile(r"^(CLI/|CLI11)"), {"cli"}),
    (re.compile(r"^(node_api|js_native_api)"), {"node"}),
    (re.compile(r"^Python\.h$"), {"python"}),
]
PURE = {"domain", "stripe"}
IMPURE_HEADERS = re.compile(r"^(thread|mutex|shared_mutex|condition_variable|future|fstream|iostream|cstdio|stdio\.h|filesystem|random|"
                            r"unistd\.h|fcntl\.h|time\.h|ctime|pthread\.h|sys/.*)$")
IMPURE_SYMBOLS = re.compile(r"^(getenv|secure_getenv|setenv|putenv|time|gettimeofday|clock_gettime|clock|nanosleep|usleep|sleep|open|open64|openat|"
                            r"fopen|fopen64|read|write|socket|connect|pthread_(create|mutex_lock|cond_wait|rwlock_\w+)|"
                            r"std::chrono::_V2::(system|steady)_clock::now\(\)|std::random_device::.*|std::thread::.*|"
                            r"std::basic_[io]?fstream<.*)$")
# Libraries with one home: undefined symbol -> layers that may call it.
SYMBOL_HOMES = [
    (re.compile(r"^sqlite3_"), {"adapters"}),
    (re.compile(r"^curl_"), {"adapters"}),
    (re.compile(r"^(SSL|TLS|X509|BIO)_"), {"adapters"}),
    (re.compile(r"^(EVP|HMAC|SHA256|CRYPTO|OPENSSL|RAND|OSSL|ERR)_"), {"adapters", "base"}),
]
SQL = re.compile(r"\b(select\s[^\"]*\sfrom\s|insert\s+(or\s+\w+\s+)?into\s|update\s+\w+\s+set\s|delete\s+from\s|create\s+(unique\s+)?(table|index|view)\s)",
                 re.IGNORECASE)
# An adapter may ask its database about the database itself (sqlite_schema, pg_stat_activity), never about Purser's tables.
SQL_OF_DIALECT = re.compile(r"\bfrom\s+(sqlite_|pragma_|pg_)", re.IGNORECASE)
# Who may show SQL to a person: the read-only query verb is part of the surface, so programs and examples may call it.
SQL_USERS = {"store", "cli", "examples", "node", "python"}
LINES_MAX = 500
