"""Writes a parity table's programs: generate.py CASES DECLARATIONS OUT_C OUT_CPP.

Each case becomes a function as a host would write it by hand, with the types of purser.h and of purser.hpp. Which field has which type is
read from the generated declarations (bindings/generated/purser.pyi.inc). A table with a `sandbox` runs on one; its cases may be words of the sandbox
(`box_pay`), keep a text of an answer (`keep`) and give it to a later one ({"kept": name}).
"""

import json
import re
import sys
from pathlib import Path

LISTED = re.compile(r"list\[(\w+)\]$")


def declarations(text):
    """(class → {field: type}, verb → ({parameter: type}, result class))"""
    classes, verbs, name = {}, {}, None
    for row in text.splitlines():
        if found := re.match(r"class (\w+):", row):
            name = found[1]
            classes[name] = {}
        elif found := re.match(r"    (\w+): (.+)", row):
            classes[name][found[1]] = "Enum" if found[2].startswith("Literal") else found[2]
        elif found := re.match(r"    def (\w+)\(self, \*, (.*)\) -> (\w+):", row):
            parameters = dict(re.findall(r"(\w+): ((?:\w+\[[^\]]*\]|[^=,\[])+?)(?: = \w+)?(?:, |$)", found[2]))
            verbs[found[1]] = (parameters, found[3])
    return classes, verbs


def snake(name):
    """A class's name in C; one of them has a word of its own there."""
    if name == "Offer":
        return "offered"
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def camel(name):
    return "".join(part.capitalize() for part in name.split("_"))


def literal(text):
    """A string literal of C; bytes beyond ASCII as octal, so that no digit can follow them."""
    shown = "".join(chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else f"\\{byte:03o}" for byte in text.encode())
    return f'"{shown}"'


def size_of(value):
    return len(value["repeat"][0].encode()) * value["repeat"][1] if isinstance(value, dict) else len(value.encode())


def text_of(value):
    if isinstance(value, dict) and "kept" in value:
        return f"kept_{value['kept']}"
    return f"repeated({literal(value['repeat'][0])}, {value['repeat'][1]})" if isinstance(value, dict) else literal(value)


def is_bytes(kind):
    return "bytes" in kind


def spelled(given, kinds):
    """Words of a closed list as the constants of C, an object of texts as its two lists."""
    made = {}
    for name, value in given.items():
        kind = kinds.get(name, "")
        if kind.startswith("Mapping"):
            made |= {f"{name}_keys": list(value), f"{name}_values": list(value.values())}
        elif kind.startswith("Literal"):
            made[name] = Constant(CONSTANTS[name] + value.upper())
        else:
            made[name] = value
    return made


class Constant(str):
    """The name of a constant, not a text."""


CONSTANTS = {"interval": "PURSER_", "flow": "PURSER_PORTAL_", "when": "PURSER_CLOSE_"}
ORDERS = {"as_created": "PURSER_ORDER_AS_CREATED", "reversed": "PURSER_ORDER_REVERSED", "shuffled": "PURSER_ORDER_SHUFFLED"}
CARDS = {"good": "PURSER_CARD_GOOD", "declined": "PURSER_CARD_DECLINED", "none": "PURSER_CARD_NONE"}
FAULTS = {"none": "0", "status": "PURSER_FAULT_STATUS", "lost": "PURSER_FAULT_LOST", "not_sent": "PURSER_FAULT_NOT_SENT"}
COUNTS = ("delivered", "refused", "dropped", "requests", "waiting")


def word_of(verb):
    return verb.removeprefix("box_") if verb.startswith("box_") else None


def arguments_of(word, given):
    """A word's arguments as C and C++ have them."""
    if word == "card":
        return [text_of(given["customer"]), CARDS[given["card"]]]
    if word == "cancel":
        return [text_of(given["subscription"]), "1" if given.get("at_period_end") else "0"]
    return [str(value) if isinstance(value, int) else text_of(value) for value in given.values()]


def struct_of(word, given):
    """The fields of a delivery or a fault."""
    tables = {"order": ORDERS, "kind": FAULTS}
    return ", ".join(f".{name} = {tables[name][value] if name in tables else value if isinstance(value, int) else text_of(value)}" for name, value in given.items())


def kept_names(whole):
    return sorted({name for case in whole["cases"] for name in case.get("keep", {})})


class C:
    """Statements of C99."""

    def __init__(self, classes):
        self.classes = classes

    def fields(self, given, kinds):
        for name, value in spelled(given, kinds).items():
            if isinstance(value, Constant):
                yield f".{name} = {value}"
            elif isinstance(value, list):
                items = ", ".join([literal(item) for item in value] + ["NULL"])
                yield f".{name} = (const char *const[]){{{items}}}, .{name}_count = {len(value)}"
            elif isinstance(value, (bool, int)):
                yield f".{name} = {int(value)}"
            else:
                yield f".{name} = {text_of(value)}"
                if is_bytes(kinds.get(name, "")):
                    yield f".{name}_size = {size_of(value)}"

    def show(self, expression, kind, path, depth=0):
        """Statements that print the value at `path`. A list of objects needs an index or `*`."""
        listed = LISTED.match(kind)
        if kind in self.classes:
            yield from self.show(f"{expression}->{path[0]}", self.classes[kind][path[0]], path[1:], depth)
        elif kind == "list[str]":
            yield f"put_texts({expression});"
        elif listed and path[0] == "*":
            list_name, i = f"purser_{snake(listed[1])}_list", f"i{depth}"
            yield f"putchar('['); for (size_t {i} = 0; {i} < {list_name}_count({expression}); {i}++) {{ if ({i}) putchar(',');"
            yield from self.show(f"{list_name}_at({expression}, {i})", listed[1], path[1:], depth + 1)
            yield "} putchar(']');"
        elif listed:
            yield from self.show(f"purser_{snake(listed[1])}_list_at({expression}, {path[0]})", listed[1], path[1:], depth)
        elif kind == "Enum":
            yield f"put_text(purser_outcome_name({expression}));"
        elif kind == "int":
            yield f"put_integer({expression});"
        elif kind in ("bool", "str"):
            yield f"put_{'flag' if kind == 'bool' else 'text'}({expression});"
        else:  # the rows of a query
            yield f"put_rows({expression.split('->')[0]});"

    def word(self, word, name, given):
        if word == "deliver":
            yield "purser_sandbox_report report; purser_error *error = NULL;"
            yield f"const purser_sandbox_delivery how = {{PURSER_IN(purser_sandbox_delivery), {struct_of(word, given)}}};"
            yield f'if (purser_sandbox_deliver_with(box, p, &how, &report, &error) == PURSER_OK) {{ begin({name}, "ok");'
            yield "".join(f'field("{count}"); put_integer(report.{count}); ' for count in COUNTS)
        elif word == "fail":
            yield f"purser_error *error = NULL; const purser_sandbox_fault fault = {{PURSER_IN(purser_sandbox_fault), {struct_of(word, given)}}}; (void)p;"
            yield f'if (purser_sandbox_fail(box, &fault, &error) == PURSER_OK) {{ begin({name}, "ok");'
        else:
            yield "purser_error *error = NULL; (void)p;"
            yield f'if (purser_sandbox_{word}({", ".join(["box", *arguments_of(word, given)])}, &error) == PURSER_OK) {{ begin({name}, "ok");'
        yield f"}} else failed({name}, error);"
        yield "end(); purser_free(error);"

    def case(self, number, case, verbs):
        verb, name, given = case["verb"], literal(case["name"]), case["in"]
        yield f"static void case_{number}(purser *p) {{"
        if word_of(verb):
            yield from self.word(word_of(verb), name, given)
        elif verb in ("check", "tier"):
            put = "put_flag" if verb == "check" else "put_text_or_null"
            yield f'begin({name}, "ok"); field("value"); {put}(purser_{verb}(p, {", ".join(map(text_of, given.values()))})); end();'
        elif verb == "open":
            yield "purser *opened = NULL; purser_error *error = NULL; (void)p;"
            yield f"const purser_config config = {{{', '.join(['PURSER_IN(purser_config)' if 'threads' in given else 'PURSER_CONFIG', *self.fields(given, {})])}}};"
            yield f'if (purser_open(&config, &opened, &error) == PURSER_OK) begin({name}, "ok"); else failed({name}, error);'
            yield "end(); purser_close(opened); purser_free(error);"
        else:
            kinds, result = verbs[verb]
            yield f"const purser_{verb}_out *out = NULL; purser_error *error = NULL; (void)p;"
            yield f"const purser_{verb}_in in = {{{', '.join([f'PURSER_IN(purser_{verb}_in)', *self.fields(given, kinds)])}}};"
            handle = "" if verb == "webhook_verify" else "p, "
            yield f"const purser_status status = purser_{verb}({handle}&in, &out, &error);"
            yield f"if (status == PURSER_OK) {{ begin({name}, \"ok\");"
            for path in case["print"]:
                yield f"field({literal(path)});"
                yield from self.show("out", result, path.split("."))
            for kept, field in case.get("keep", {}).items():
                yield f'snprintf(kept_{kept}, sizeof kept_{kept}, "%s", out->{field});'
            yield f"}} else failed({name}, error);"
            yield "end(); purser_free(out); purser_free(error);"
        yield "}"

    def begin(self, whole):
        yield '#include "print.h"'
        if "sandbox" in whole:
            yield "#include <purser_sandbox.h>"
            yield "static purser_sandbox *box;"
        yield from (f"static char kept_{name}[256];" for name in kept_names(whole))

    def main_on_sandbox(self, whole):
        yield "int main(int count, char **arguments) {"
        yield "if (count != 2) return 2;"
        yield "purser *p = NULL; purser_error *error = NULL;"
        yield f"const purser_sandbox_options options = {{PURSER_IN(purser_sandbox_options), .catalog = arguments[1], .seed = {whole['sandbox']['seed']}, .start_ms = INT64_C({whole['sandbox']['start_ms']})}};"
        yield 'purser_config config = {PURSER_CONFIG, .store = "sqlite::memory:", .catalog = arguments[1]};'
        yield "if (purser_sandbox_open_with(&options, &box, &error) != PURSER_OK || purser_sandbox_configure(box, &config, &error) != PURSER_OK || purser_open(&config, &p, &error) != PURSER_OK) {"
        yield 'fprintf(stderr, "%s\\n", error->message); return 1; }'
        yield from (f"case_{number}(p);" for number in range(len(whole["cases"])))
        yield "purser_close(p); purser_sandbox_close(box); free_repeated(); return 0; }"

    def main(self, whole):
        if "sandbox" in whole:
            yield from self.main_on_sandbox(whole)
            return
        secrets = ", ".join(map(literal, whole["webhook_secrets"]))
        yield "static int64_t now_ms(void *context) { (void)context; return INT64_C(%d); }" % whole["now_ms"]
        yield "int main(int count, char **arguments) {"
        yield "if (count != 2) return 2;"
        yield "purser *p = NULL; purser_error *error = NULL;"
        yield "const purser_clock clock = {PURSER_IN(purser_clock), .now_ms = now_ms};"
        yield 'const purser_config config = {PURSER_CONFIG, .store = "sqlite::memory:", .mode = "offline", .catalog = arguments[1], .clock = &clock,'
        yield f"  .webhook_secrets = (const char *const[]){{{secrets}}}, .webhook_secrets_count = {len(whole['webhook_secrets'])}}};"
        yield 'if (purser_open(&config, &p, &error) != PURSER_OK) { fprintf(stderr, "%s\\n", error->message); return 1; }'
        yield from (f"case_{number}(p);" for number in range(len(whole["cases"])))
        yield "purser_close(p); free_repeated(); return 0; }"


class Cpp:
    """Statements of C++20, on purser.hpp."""

    def __init__(self, classes):
        self.classes = classes

    def fields(self, given, kinds):
        given = spelled(given, kinds)
        order = list(kinds) or list(given)  # designated initialisers stand in the order of the members
        for name in sorted(given, key=order.index):
            value = given[name]
            if isinstance(value, Constant):
                yield f".{name} = {value}"
            elif isinstance(value, list):
                yield f".{name} = std::vector<std::string>{{{', '.join(map(literal, value))}}}"
            elif isinstance(value, (bool, int)):
                yield f".{name} = {json.dumps(value)}"
            else:
                text = text_of(value)
                yield f".{name} = std::string_view({text}, {size_of(value)})" if is_bytes(kinds.get(name, "")) else f".{name} = std::string({text})"

    def show(self, expression, kind, path, depth=0):
        listed = LISTED.match(kind)
        if kind in self.classes:
            yield from self.show(f"{expression}.{path[0]}", self.classes[kind][path[0]], path[1:], depth)
        elif listed and listed[1] in self.classes and path[0] == "*":
            yield f"put_list({expression}, [](const auto &e{depth}) {{"
            yield from self.show(f"e{depth}", listed[1], path[1:], depth + 1)
            yield "});"
        elif listed and listed[1] in self.classes:
            yield from self.show(f"{expression}.at({path[0]})", listed[1], path[1:], depth)
        else:
            yield f"put({f'std::string(purser_outcome_name({expression}))' if kind == 'Enum' else expression});"

    def word(self, word, given):
        if word == "deliver":
            yield f"const purser::SandboxReport report = box->deliver(p, purser::SandboxDelivery{{{struct_of(word, given)}}}); ok();"
            yield "".join(f'field("{count}"); put(report.{count}); ' for count in COUNTS)
        elif word == "fail":
            yield f"box->fail({{{struct_of(word, given)}}}); ok();"
        else:
            yield f"box->{word}({', '.join(arguments_of(word, given))}); ok();"

    def case(self, number, case, verbs):
        verb, name, given = case["verb"], literal(case["name"]), case["in"]
        yield f"static void case_{number}([[maybe_unused]] const purser::Purser &p) {{"
        yield f"const Case a_case({name}); try {{"
        if word_of(verb):
            yield from self.word(word_of(verb), given)
        elif verb in ("check", "tier"):
            arguments = ", ".join(f"std::string({text_of(value)})" for value in given.values())
            yield f'const auto value = p.{verb}({arguments}); ok(); field("value"); put(value);'
        elif verb == "open":
            yield f"purser::Config config; {' '.join('config' + field + ';' for field in self.fields(given, {}))}"
            yield "purser::Purser::open(config).close(); ok();"
        else:
            kinds, result = verbs[verb]
            called = "purser::Purser::webhook_verify" if verb == "webhook_verify" else f"p.{verb}"
            yield f"const purser::{result} out = {called}({{{', '.join(self.fields(given, kinds))}}}); ok();"
            for path in case["print"]:
                yield f"field({literal(path)});"
                yield from self.show("out", result, path.split("."))
            for kept, field in case.get("keep", {}).items():
                yield f"kept_{kept} = out.{field};"
        yield "} catch (const purser::Error &error) { failed(error); } }"

    def begin(self, whole):
        yield '#include "print.hpp"'
        if "sandbox" in whole:
            yield "#include <purser_sandbox.hpp>"
            yield "static const purser::Sandbox *box;"
        yield from (f"static std::string kept_{name};" for name in kept_names(whole))

    def main_on_sandbox(self, whole):
        yield "int main(int count, char **arguments) try {"
        yield "if (count != 2) return 2;"
        yield f"const purser::Sandbox opened({{.catalog = arguments[1], .seed = {whole['sandbox']['seed']}, .start_ms = {whole['sandbox']['start_ms']}}});"
        yield 'purser::Config config; config.store = "sqlite::memory:"; config.catalog = arguments[1];'
        yield "opened.configure(config); box = &opened;"
        yield "const purser::Purser p(config);"
        yield from (f"case_{number}(p);" for number in range(len(whole["cases"])))
        yield "} catch (const purser::Error &error) { std::cerr << error.what() << '\\n'; return 1; }"

    def main(self, whole):
        if "sandbox" in whole:
            yield from self.main_on_sandbox(whole)
            return
        secrets = ", ".join(map(literal, whole["webhook_secrets"]))
        yield "int main(int count, char **arguments) try {"
        yield "if (count != 2) return 2;"
        yield 'purser::Config config; config.store = "sqlite::memory:"; config.catalog = arguments[1]; config.mode = "offline";'
        yield f"config.webhook_secrets = {{{secrets}}};"
        yield f"config.now_ms = [] {{ return std::int64_t{{{whole['now_ms']}}}; }};"
        yield "const purser::Purser p(config);"
        yield from (f"case_{number}(p);" for number in range(len(whole["cases"])))
        yield "} catch (const purser::Error &error) { std::cerr << error.what() << '\\n'; return 1; }"


def program(language, whole, verbs):
    rows = list(language.begin(whole))
    for number, case in enumerate(whole["cases"]):
        rows += language.case(number, case, verbs)
    return "\n".join([*rows, *language.main(whole), ""])


def main(cases, declared, out_c, out_cpp):
    whole = json.loads(Path(cases).read_text(encoding="utf-8"))
    classes, verbs = declarations(Path(declared).read_text(encoding="utf-8"))
    Path(out_c).write_text(program(C(classes), whole, verbs))
    Path(out_cpp).write_text(program(Cpp(classes), whole, verbs))


if __name__ == "__main__":
    main(*sys.argv[1:])
