"""Writes the parity table's programs: generate.py CASES DECLARATIONS OUT_C OUT_CPP.

Each case becomes a function as a host would write it by hand, with the types of purser.h and of purser.hpp. Which field has which type is
read from the generated declarations (bindings/generated/purser.pyi.inc).
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
            parameters = dict(re.findall(r"(\w+): ([^=]+?)(?: = \w+)?(?:, |$)", found[2]))
            verbs[found[1]] = (parameters, found[3])
    return classes, verbs


def snake(name):
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
    return f"repeated({literal(value['repeat'][0])}, {value['repeat'][1]})" if isinstance(value, dict) else literal(value)


def is_bytes(kind):
    return "bytes" in kind


class C:
    """Statements of C99."""

    def __init__(self, classes):
        self.classes = classes

    def fields(self, given, kinds):
        for name, value in given.items():
            if isinstance(value, list):
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

    def case(self, number, case, verbs):
        verb, name, given = case["verb"], literal(case["name"]), case["in"]
        yield f"static void case_{number}(purser *p) {{"
        if verb in ("check", "tier"):
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
            yield f"}} else failed({name}, error);"
            yield "end(); purser_free(out); purser_free(error);"
        yield "}"

    def main(self, whole):
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
        order = list(kinds) or list(given)  # designated initialisers stand in the order of the members
        for name in sorted(given, key=order.index):
            value = given[name]
            if isinstance(value, list):
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

    def case(self, number, case, verbs):
        verb, name, given = case["verb"], literal(case["name"]), case["in"]
        yield f"static void case_{number}([[maybe_unused]] const purser::Purser &p) {{"
        yield f"const Case a_case({name}); try {{"
        if verb in ("check", "tier"):
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
        yield "} catch (const purser::Error &error) { failed(error); } }"

    def main(self, whole):
        secrets = ", ".join(map(literal, whole["webhook_secrets"]))
        yield "int main(int count, char **arguments) try {"
        yield "if (count != 2) return 2;"
        yield 'purser::Config config; config.store = "sqlite::memory:"; config.catalog = arguments[1]; config.mode = "offline";'
        yield f"config.webhook_secrets = {{{secrets}}};"
        yield f"config.now_ms = [] {{ return std::int64_t{{{whole['now_ms']}}}; }};"
        yield "const purser::Purser p(config);"
        yield from (f"case_{number}(p);" for number in range(len(whole["cases"])))
        yield "} catch (const purser::Error &error) { std::cerr << error.what() << '\\n'; return 1; }"


def program(language, whole, verbs, begin):
    rows = [begin]
    for number, case in enumerate(whole["cases"]):
        rows += language.case(number, case, verbs)
    return "\n".join([*rows, *language.main(whole), ""])


def main(cases, declared, out_c, out_cpp):
    whole = json.loads(Path(cases).read_text(encoding="utf-8"))
    classes, verbs = declarations(Path(declared).read_text(encoding="utf-8"))
    Path(out_c).write_text(program(C(classes), whole, verbs, '#include "print.h"'))
    Path(out_cpp).write_text(program(Cpp(classes), whole, verbs, '#include "print.hpp"'))


if __name__ == "__main__":
    main(*sys.argv[1:])
