"""capi/generated: what the hand-written bodies are joined with. Everything here is checked by the compiler against src/."""
from generator.model import Constants, Field, Model, Struct
from generator.text import MADE

HEAD = f"// {MADE.format(source='')}\n"
KINDS = {"bool": "boolean", "enum": "enumeration"}
SHOWN = {"cstr": "shown_text", "i32": "shown_i32", "i64": "shown_i64", "f64": "shown_f64", "bool": "shown_bool", "enum": "shown_enum"}


def rule(s: Struct, f: Field) -> str:
    member = f.name
    extent = f"offsetof({s.c_name}, {f.name}_{'size' if f.kind == 'bytes' else 'count'})" if f.extent_offset else "0"
    flags = " | ".join(w for w in ("required", "any_bytes", "clip", "secret") if getattr(f, w)) or "0"
    least = "INT64_MIN" if f.minimum is None else f.minimum
    most = "INT64_MAX" if f.maximum is None else f.maximum
    if f.kind == "bool":
        least, most = 0, 1
    return (f'    {{"{f.name}", Kind::{KINDS.get(f.kind, f.kind)}, offsetof({s.c_name}, {member}), {extent}, {flags}, {f.max_bytes}, {f.max_count}, {least}, {most}}},')


def shapes(model: Model) -> str:
    lines = [HEAD + "// The rules of every input, for the checks of the guard and the deep copy of purser_submit."]
    for s in (s for s in model.structs if s.role == "input"):
        lines += ["template <>", f"inline constexpr std::array<Rule, {len(s.fields)}> rules<{s.c_name}> = {{{{"] + [rule(s, f) for f in s.fields] + ["}};"]
        lines += ["template <>", f'inline constexpr Shape shape<{s.c_name}> = {{"{s.c_name}", sizeof({s.c_name}), {s.first_size}, rules<{s.c_name}>}};']
    return "\n".join(lines + [""])


def members_check(s: Struct) -> list[str]:
    names = ", ".join(f'"{f.name}"' for f in s.fields)
    return [f"static_assert(members_are<{s.cpp}>({{{names}}}), \"{s.c_name} and {s.cpp}: the same members in the same order\");"]


def assign(model: Model, f: Field, target: str, source: str) -> str:
    if f.kind == "texts":
        return f"    {f.name}.show({source}.{f.name});\n    {target}.{f.name} = &{f.name};"
    if f.kind == "list":
        return f"    {f.name}.show({source}.{f.name});\n    {target}.{f.name} = &{f.name};"
    return f"    {target}.{f.name} = {SHOWN[f.kind]}({source}.{f.name});"


def shown(model: Model) -> str:
    lines = [HEAD + "// C++ records shown as C structs. A name or type that stands in one and not in the other does not compile."]
    for s in model.lists:
        lines += members_check(s) + [f"inline void show(const {s.cpp} &from, {s.c_name} &to) {{"]
        lines += ["  " + assign(model, f, "to", "from").strip() for f in s.fields] + ["}"]
    for s in (s for s in model.structs if s.role == "output" and not s.table):
        lines += members_check(s) + ["template <>", f"struct Shown<{s.c_name}> {{", f"  using Record = {s.cpp};", f"  explicit Shown(Record &&from) : record(std::move(from)) {{}}",
                                     f"  void show([[maybe_unused]] {s.c_name} &to) {{"]
        lines += [assign(model, f, "to", "record") for f in s.fields] + ["  }", "  Record record;"]
        for f in s.fields:
            if f.kind in ("texts", "list"):
                lines.append(f"  {'purser_text_list' if f.kind == 'texts' else model.record_of(f).c_name + '_list'} {f.name};")
        lines.append("};")
    return "\n".join(lines + [""])


def list_types(model: Model) -> str:
    lines = [HEAD + "// The opaque lists."]
    for s in model.lists:
        lines += [f"struct {s.c_name}_list : purser::capi::RecordList<{s.cpp}, {s.c_name}> {{}};"]
    return "\n".join(lines + [""])


def accessors(model: Model) -> str:
    lines = [HEAD + "// Reading the opaque lists, and names of numbers."]
    for s in model.lists:
        c = s.c_name
        lines += [f"size_t {c}_list_count(const {c}_list *list) {{ return list ? list->items.size() : 0; }}",
                  f"const {c} *{c}_list_at(const {c}_list *list, size_t index) {{ return list && index < list->items.size() ? &list->items[index] : nullptr; }}"]
    for c in (c for c in model.constants if c.lookup):
        lines += [f"const char *{c.lookup}({c.type} {c.name}) {{", f"  switch ({c.name}) {{"]
        lines += [f'    case {c.prefix}{v["name"]}: return "{v["name"].lower()}";' for v in c.values] + ["    default: return nullptr;", "  }", "}"]
    return "\n".join(lines + [""])


def runs(model: Model) -> str:
    lines = [HEAD + "// The hand-written bodies, one per verb: src/<noun>.cpp. They throw; the guard turns that into errors."]
    for v in model.verbs:
        handle = "" if v.pure else "runtime::Runtime &runtime, "
        lines.append(f"{model.output_of(v).cpp} run({handle}const {model.input_of(v).c_name} &in);")
    lines.append(f"inline constexpr std::size_t verb_count = {len(model.verbs)};")
    return "\n".join(lines + [""])


def verbs(model: Model) -> str:
    lines = [HEAD + "// The blocking form of every verb, and the table that purser_submit looks them up in."]
    for v in model.verbs:
        form = "receipt_verb" if v.always_output else "pure_verb" if v.pure else "verb"
        lines += [f"{v.c} {{", f"  return purser::capi::{form}({'' if v.pure else 'p, '}in, out, error);", "}"]
    lines += ["namespace purser::capi {", f"const std::array<SubmittedVerb, verb_count> submitted_verbs = {{{{"]
    lines += [f"    {{{v.constant}, &shape<{model.input_of(v).c_name}>, &perform_{'pure_' if v.pure else ''}erased<{model.input_of(v).c_name}, {model.output_of(v).c_name}>}},"
              for v in model.verbs]
    return "\n".join(lines + ["}};", "}  // namespace purser::capi", ""])


def mirrored(c: Constants) -> list[str]:
    return [f"static_assert({c.prefix}{v['name']} == static_cast<std::int32_t>({c.cpp}::{v['cpp']}));" for v in c.values]


def layout(model: Model) -> str:
    lines = [HEAD + "// Sizes and offsets are ABI; so are the numbers that mirror the engine's own.", "static_assert(sizeof(void *) == 8 && sizeof(size_t) == 8);"]
    for s in model.structs:
        lines.append(f"static_assert(sizeof({s.c_name}) == {s.size});")
        for m in s.members:
            name = m.field.name if m.field and m.field.kind == "raw" else m.name
            lines.append(f"static_assert(offsetof({s.c_name}, {name}) == {m.offset});")
    for c in model.constants:
        lines += mirrored(c)
    for d in (d for d in model.defines if "cpp" in d):
        lines.append(f"static_assert({d['name']} == {d['cpp']});")
    return "\n".join(lines + [""])


def generate(model: Model) -> dict[str, str]:
    exported = "\n".join(f"    {name};" for name in model.exported())
    made = {"shapes.inc": shapes(model), "lists.inc": list_types(model), "shown.inc": shown(model), "accessors.inc": accessors(model), "runs.inc": runs(model),
            "verbs.inc": verbs(model), "layout.inc": layout(model),
            "purser.map": f"/* {MADE.format(source='')} */\npurser_0 {{\n  global:\n{exported}\n  local:\n    *;\n}};\n"}
    return {f"capi/generated/{name}": text for name, text in made.items()}
