"""Plants one violation of every rule in a scratch tree and reports the rules that did not notice."""
import subprocess
import tempfile
from pathlib import Path

SOURCES = {
    # file -> (content, a word of the finding it must cause)
    "src/domain/up.cpp": ('#include "engine/engine.hpp"\n', "must not use engine"),
    "src/domain/clock.cpp": ("#include <thread>\n", "is pure"),
    "src/store/vendor.cpp": ("#include <sqlite3.h>\n", "sqlite3.h"),
    "src/engine/web.cpp": ("#include <curl/curl.h>\n", "curl/curl.h"),
    "src/runtime/web.cpp": ("#include <boost/asio/io_context.hpp>\n", "boost/asio"),
    "src/engine/crypto.cpp": ("#include <openssl/evp.h>\n", "openssl/evp.h"),
    "src/engine/text.cpp": ('const char *q = "SELECT id FROM account";\n', "SQL text"),
    "src/engine/raw.cpp": ('const char *q = R"(\n insert into account values (1))";\n', "SQL text"),
    "src/adapters/upward.cpp": ('#include "store/event.hpp"\n', "must not use store"),
    "src/cli/inside.cpp": ('#include "domain/fold.hpp"\n', "must not use domain"),
    "src/sandbox/shared.cpp": ('#include "stripe/reader.hpp"\n', "must not use stripe"),
    "bindings/node/engine.c": ('#include "../../src/engine/engine.hpp"\n', "must not use"),
    "capi/src/store.cpp": ('#include "store/event.hpp"\n', "must not use store"),
    "src/base/long.hpp": ("// line\n" * 501, "501 lines"),
}
# Right code that must stay silent: SQL in the store, an allowed arrow, a query in a comment.
RIGHT = {
    "src/store/event.cpp": '#include "ports/sql.hpp"\nconst char *q = "SELECT id FROM account";\n',
    "src/engine/engine.cpp": '#include "store/event.hpp"\n// "SELECT id FROM account" is the store\'s business\nconst char *s = "select a tier";\n',
    "src/cli/main.cpp": '#include <purser.hpp>\n#include <CLI/CLI.hpp>\n',
    "src/sandbox/sign.cpp": '#include "stripe/signature.hpp"\n',
}
OBJECTS = [
    # (layer, code, a word of the finding)
    ("domain", "namespace purser::engine { void run(); }\nvoid f() { purser::engine::run(); }\n", "must not use engine"),
    ("domain", '#include <cstdlib>\nchar *f() { return std::getenv("HOME"); }\n', "is pure"),
    ("engine", 'extern "C" int sqlite3_step(void *);\nint f() { return sqlite3_step(nullptr); }\n', "sqlite3_step"),
    ("runtime", 'extern "C" void *curl_easy_init(void);\nvoid *f() { return curl_easy_init(); }\n', "curl_easy_init"),
    ("base", 'extern "C" void *SSL_new(void *);\nvoid *f() { return SSL_new(nullptr); }\n', "SSL_new"),
]
PLANTED = len(SOURCES) + len(OBJECTS)


def missed_sources(root):
    from check_layers import source_findings
    for name, content in [(k, v[0]) for k, v in SOURCES.items()] + list(RIGHT.items()):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    findings, _ = source_findings(root)
    for name, (_, word) in SOURCES.items():
        if not any(f.startswith(name + ":") and word in f for f in findings):
            yield f"self-check: the planted violation in {name} was not found (expected '{word}')"
    for finding in findings:
        if any(finding.startswith(name + ":") for name in RIGHT):
            yield f"self-check: right code was refused: {finding}"


def missed_objects(root):
    from check_layers import symbol_findings
    for number, (layer, code, word) in enumerate(OBJECTS):
        source = root / f"planted{number}.cpp"
        source.write_text(code, encoding="utf-8")
        subprocess.run(["c++", "-std=c++20", "-c", str(source), "-o", f"{source}.o"], check=True)
        if not any(word in f for f in symbol_findings(layer, f"{source}.o")):
            yield f"self-check: the planted symbol of {layer} was not found (expected '{word}')"


def missed_violations():
    with tempfile.TemporaryDirectory(prefix="purser-layers-") as scratch:
        return list(missed_sources(Path(scratch))) + list(missed_objects(Path(scratch)))
