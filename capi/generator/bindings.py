"""What the Node and Python marshallers are driven by: a table of every verb in plain C, and type declarations."""
from generator.model import Field, Model, Struct, camel
from generator.text import MADE, WIDTH, wrap

TYPES = """#ifndef PURSER_DESCRIPTORS_H
#define PURSER_DESCRIPTORS_H
#include <purser.h>

/* How a field is stored. BYTES, CSTR_LIST: a second member at `extent_offset` holds the size or count. RAW: a callback, context or vtable. */
#define PURSERD_CSTR 1
#define PURSERD_BYTES 2
#define PURSERD_CSTR_LIST 3
#define PURSERD_I32 4
#define PURSERD_I64 5
#define PURSERD_F64 6
#define PURSERD_BOOL 7
#define PURSERD_ENUM 8
#define PURSERD_RAW 9
#define PURSERD_TEXTS 10
#define PURSERD_LIST 11
#define PURSERD_SIZE 12
#define PURSERD_MAP 13 /* texts by text; no member of its own: fills the two lists <name>_keys and <name>_values */

/* Flags of a field. */
#define PURSERD_REQUIRED 1
#define PURSERD_SECRET 2
#define PURSERD_NULLABLE 4 /* a list: absent (NULL) and empty (a pointer, count 0) say different things */

/* Flags of a verb. */
#define PURSERD_ALWAYS_OUTPUT 1 /* there is an output on every path: hand it to the user, never raise */
#define PURSERD_PURE 2          /* takes no handle; its `call` ignores the first argument */
#define PURSERD_TABLE 4         /* the output's rows are read with purser_query_value */

typedef struct purserd_shape purserd_shape;

typedef struct purserd_field {
  const char *name;       /* C and Python */
  const char *camel;      /* JavaScript */
  int32_t kind;
  int32_t flags;
  size_t offset;
  size_t extent_offset;
  const purserd_shape *element;                     /* LIST */
  size_t (*count)(const void *list);                /* LIST */
  const void *(*at)(const void *list, size_t index); /* LIST */
  const char *(*enum_name)(int32_t value);          /* ENUM: NULL where the number itself is shown */
  int64_t default_value;                            /* of an absent number */
  const char *doc;
} purserd_field;

struct purserd_shape {
  const char *name;       /* type name in C++, TypeScript and Python */
  const char *c_name;
  size_t size;            /* of the C struct; an input starts with size_t struct_size */
  const purserd_field *fields;
  size_t field_count;
  const char *doc;
};

typedef struct purserd_verb {
  const char *name;
  const char *camel;
  int32_t id;             /* PURSER_VERB_* for purser_submit */
  int32_t flags;
  const purserd_shape *in;
  const purserd_shape *out;
  purser_status (*call)(purser_handle *p, const void *in, const void **out, purser_error **error); /* the blocking form */
  const char *doc;
} purserd_verb;
"""
KINDS = {"cstr": "CSTR", "bytes": "BYTES", "cstr_list": "CSTR_LIST", "i32": "I32", "i64": "I64", "f64": "F64", "bool": "BOOL", "enum": "ENUM",
         "raw": "RAW", "texts": "TEXTS", "list": "LIST", "size": "SIZE"}


def quoted(text: str) -> str:
    return '"' + " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"') + '"'


def row(model: Model, s: Struct, f: Field) -> str:
    flags = " | ".join([f"PURSERD_{w.upper()}" for w in ("required", "secret", "nullable") if getattr(f, w)]) or "0"
    member = s.c_name + ", " + next(m.name for m in s.members if m.field is f)
    if f.kind == "raw":
        member = s.c_name + ", " + f.name
    extent = f"offsetof({s.c_name}, {f.name}_{'size' if f.kind == 'bytes' else 'count'})" if f.extent_offset else "0"
    element = f"&purserd_{f.record}, purserd_{f.record}_count, purserd_{f.record}_at" if f.record else "0, 0, 0"
    name = (model.enum_of(f).lookup if f.enum else "") or "0"
    return (f'  {{"{f.name}", "{camel(f.name)}", PURSERD_{KINDS[f.kind]}, {flags}, offsetof({member}), {extent}, {element}, {name}, {f.default}, '
            f"{quoted(f.doc)}}},")


def maps(s: Struct) -> list[tuple[str, Field]]:
    """Two lists of an input, <name>_keys and <name>_values, that Node and Python also take as one object: (name, the list of keys)."""
    names = {f.name for f in s.fields}
    found = [(f.name.removesuffix("_keys"), f) for f in s.fields if f.kind == "cstr_list" and f.name.endswith("_keys")]
    return [(name, f) for name, f in found if s.role == "input" and f"{name}_values" in names]


def shape(model: Model, s: Struct) -> list[str]:
    name = s.c_name.removeprefix("purser_")
    rows = [row(model, s, f) for f in s.fields]
    rows += [f'  {{"{m}", "{camel(m)}", PURSERD_MAP, 0, 0, 0, 0, 0, 0, 0, 0, {quoted(f.doc)}}},' for m, f in maps(s)]
    lines = ["", f"static const purserd_field purserd_{name}_fields[] = {{", *rows, "};"]
    return lines + [f'static const purserd_shape purserd_{name} = {{"{s.type}", "{s.c_name}", sizeof({s.c_name}), purserd_{name}_fields, '
                    f"{len(rows)}, {quoted(s.doc)}}};"]


def lists(s: Struct) -> list[str]:
    c = s.c_name
    return [f"static size_t purserd_{s.name}_count(const void *list) {{ return {c}_list_count((const {c}_list *)list); }}",
            f"static const void *purserd_{s.name}_at(const void *list, size_t index) {{ return {c}_list_at((const {c}_list *)list, index); }}"]


def thunk(v) -> list[str]:
    handle, ignore = ("", "  (void)p;\n") if v.pure else ("p, ", "")
    return ["", f"static purser_status purserd_call_{v.verb}(purser_handle *p, const void *in, const void **out, purser_error **error) {{",
            f"  const purser_{v.verb}_out *made = 0;", f"{ignore}  purser_status status = purser_{v.verb}({handle}(const purser_{v.verb}_in *)in, &made, error);".replace("\n ", "\n "),
            "  *out = made;", "  return status;", "}"]


def descriptors(model: Model) -> str:
    lines = [f"/* {MADE.format(source='')} */"] + TYPES.split("\n")
    shown = [s for s in model.structs if s.bindings]
    for s in (s for s in shown if s.role == "record"):
        lines += shape(model, s)
        if s.in_list:
            lines += lists(s)
    for s in (s for s in shown if s.role != "record"):
        lines += shape(model, s)
    for v in model.verbs:
        lines += thunk(v)
    lines += ["", "static const purserd_verb purserd_verbs[] = {"]
    for v in model.verbs:
        flags = [w for w, on in (("ALWAYS_OUTPUT", v.always_output), ("PURE", v.pure), ("TABLE", model.output_of(v).table)) if on]
        lines.append(f'  {{"{v.verb}", "{camel(v.verb)}", {v.constant}, {" | ".join("PURSERD_" + w for w in flags) or "0"}, &purserd_{v.verb}_in, '
                     f"&purserd_{v.verb}_out, purserd_call_{v.verb}, {quoted(v.doc)}}},")
    lines += ["};", f"#define PURSERD_VERB_COUNT {len(model.verbs)}", ""]
    lines += ["/* The numbers of the statuses with their names, e.g. for error classes. */",
              "static const struct { int32_t value; const char *name; } purserd_statuses[] = {"]
    status = next(c for c in model.constants if c.name == "status")
    lines += [f'  {{{status.prefix}{v["name"]}, "{v["name"].lower()}"}},' for v in status.values]
    return "\n".join(lines + ["};", "#endif", ""])


def ts_type(model: Model, f: Field) -> str:
    if f.enum:
        c = model.enum_of(f)
        return " | ".join(f'"{v["name"].lower()}"' for v in c.values) if c.lookup else "number"
    return {"cstr": "string", "bytes": "string | Uint8Array", "cstr_list": "string[]", "texts": "string[]", "bool": "boolean",
            "list": f"{model.record_of(f).type}[]" if f.record else ""}.get(f.kind, "number")


def py_type(model: Model, f: Field) -> str:
    if f.enum and model.enum_of(f).lookup:
        return "Literal[" + ", ".join(f'"{v["name"].lower()}"' for v in model.enum_of(f).values) + "]"
    return {"cstr": "str", "bytes": "bytes | str", "cstr_list": "Sequence[str]", "texts": "list[str]", "bool": "bool", "f64": "float",
            "list": f"list[{model.record_of(f).type}]" if f.record else ""}.get(f.kind, "int")


def visible(s: Struct) -> list[Field]:
    return [f for f in s.fields if f.kind != "raw"]


def typescript(model: Model) -> str:
    lines = [f"// {MADE.format(source='')}"]
    for s in (s for s in model.structs if s.bindings and s.c_name != "purser_error"):
        lines += ["", "/** " + " ".join(s.doc.split()) + " */", f"export interface {s.type} {{"]
        for f in visible(s):
            optional = "?" if s.role == "input" and not f.required else ""
            lines += [f"  /** {' '.join(f.doc.split())} */", f"  {camel(f.name)}{optional}: {ts_type(model, f)};"]
        for name, f in maps(s):
            lines += [f"  /** {' '.join(f.doc.split())}; instead of the two lists */", f"  {camel(name)}?: Record<string, string>;"]
        if s.table:
            lines += ["  /** Row by row, in the order of `columns`. */", "  rows: (null | number | bigint | string | Uint8Array)[][];"]
        lines.append("}")
    lines += ["", "/** Every verb: `name(input)` gives a Promise, `nameSync(input)` blocks. */", "export interface Verbs {"]
    for v in model.verbs:
        i, o = model.input_of(v), model.output_of(v)
        optional = "" if any(f.required for f in i.fields) else "?"
        lines += [f"  /** {' '.join(v.doc.split())} */", f"  {camel(v.verb)}(input{optional}: {i.type}): Promise<{o.type}>;",
                  f"  {camel(v.verb)}Sync(input{optional}: {i.type}): {o.type};"]
    return "\n".join(lines + ["}", ""])


def python(model: Model) -> str:
    lines = [f"# {MADE.format(source='')}"]
    for s in (s for s in model.structs if s.bindings and s.role != "input" and s.c_name != "purser_error"):
        lines += ["", f"class {s.type}:"] + ['    """' + " ".join(s.doc.split()) + '"""']
        for f in visible(s):
            lines += wrap(f.doc, "    # ", WIDTH) + [f"    {f.name}: {py_type(model, f)}"]
        if s.table:
            lines += ["    # row by row, in the order of columns", "    rows: list[list[None | int | float | str | bytes]]"]
    lines += ["", "# Methods of Purser: keyword arguments only. The same names with the suffix _async are awaitable.", "class Verbs:"]
    for v in model.verbs:
        arguments = "".join(f", {f.name}: {py_type(model, f)}" + ("" if f.required else " | None = None" if f.kind != "bool" else " = False")
                            for f in visible(model.input_of(v)))
        arguments += "".join(f", {name}: Mapping[str, str] | None = None" for name, _ in maps(model.input_of(v)))
        for prefix, suffix in (("def ", ""), ("async def ", "_async")):
            lines += [f"    {prefix}{v.verb}{suffix}(self, *{arguments}) -> {model.output_of(v).type}:",
                      '        """' + " ".join(v.doc.split()) + '"""', "        ..."]
    return "\n".join(lines + [""])


def generate(model: Model) -> dict[str, str]:
    return {"bindings/generated/descriptors.h": descriptors(model), "bindings/generated/purser.d.ts.inc": typescript(model),
            "bindings/generated/purser.pyi.inc": python(model)}
