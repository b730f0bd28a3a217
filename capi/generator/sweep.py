"""tests/capi/generated/null_sweep.inc: NULL and zero in every place of every function, in C99."""
from generator.model import Field, Model, Struct
from generator.text import MADE

HEAD = """
/* Included by tests/capi/null_sweep.c, which has: `sweep_invalid(where, status, error, parameter)`, expecting PURSER_INVALID and, unless NULL, that
 * parameter; `sweep_any(where, status, error)`, for calls that need only not crash; `sweep_true(where, fact)`. */
"""


def sample(f: Field) -> list[str]:
    return {"cstr": [f'  in.{f.name} = "a";'], "bytes": [f'  in.{f.name} = "{{}}";', f"  in.{f.name}_size = 2;"]}[f.kind]


def make(s: Struct) -> list[str]:
    lines = [f"static {s.c_name} sweep_{s.c_name}(void) {{", f"  {s.c_name} in;", "  memset(&in, 0, sizeof in);", "  in.struct_size = sizeof in;"]
    for f in (f for f in s.fields if f.required):
        lines += sample(f)
    return lines + ["  return in;", "}", ""]


def broken(f: Field) -> list[tuple[str, list[str]]]:
    """Ways to pass this field wrongly."""
    ways = []
    if f.required and f.kind == "cstr":
        ways += [("NULL", [f"in.{f.name} = NULL;"]), ("empty", [f'in.{f.name} = "";'])]
    if f.required and f.kind == "bytes":
        ways += [("NULL", [f"in.{f.name} = NULL;", f"in.{f.name}_size = 0;"])]
    if f.kind == "bytes":
        ways += [("NULL with a size", [f"in.{f.name} = NULL;", f"in.{f.name}_size = 1;"])]
    if f.kind == "cstr_list":
        ways += [("NULL with a count", [f"in.{f.name} = NULL;", f"in.{f.name}_count = 1;"]),
                 ("a NULL entry", [f"in.{f.name} = sweep_null_entry;", f"in.{f.name}_count = 1;"])]
    if f.kind in ("i64", "i32") and f.minimum is not None:
        ways += [("too small", [f"in.{f.name} = {f.minimum - 1};"])]
    if f.kind in ("i64", "i32") and f.maximum is not None:
        ways += [("too great", [f"in.{f.name} = {f.maximum + 1};"])]
    if f.kind == "bool":
        ways += [("no flag", [f"in.{f.name} = 2;"])]
    return ways


def verb(model: Model, v) -> list[str]:
    s, o = model.input_of(v), model.output_of(v)
    name, handle = v.name, "" if v.pure else "p, "
    lines = [f"static void sweep_{v.verb}(purser *p) {{", f"  {s.c_name} in;", f"  const {o.c_name} *out = NULL;", "  purser_error *error = NULL;", "  purser_status status;", "  (void)p;"]

    def call(where: str, before: list[str], arguments: str, parameter: str | None) -> None:
        lines.extend([f"  in = sweep_{s.c_name}();"] + [f"  {b}" for b in before] + ["  out = NULL;", "  error = NULL;", f"  status = {name}({arguments});"])
        quoted = f'"{parameter}"' if parameter else "NULL"
        lines.append(f'  sweep_invalid("{name}: {where}", status, error, {quoted});')
        lines.append(f'  sweep_true("{name}: {where}: out", (out != NULL) == {1 if v.always_output else 0});')
        lines.append("  purser_free(out);")

    if not v.pure:
        call("no handle", [], "NULL, &in, &out, &error", "p")
    call("no input", [], f"{handle}NULL, &out, &error", "in")
    call("struct_size 0", ["in.struct_size = 0;"], f"{handle}&in, &out, &error", "struct_size")
    for f in s.fields:
        for way, before in broken(f):
            call(f"{f.name}: {way}", before, f"{handle}&in, &out, &error", f.name)
    lines += [f"  in = sweep_{s.c_name}();", f'  sweep_any("{name}: no out, no error", {name}({handle}&in, NULL, NULL), NULL);',
              f'  sweep_any("{name}: nothing", {name}({"" if v.pure else "NULL, "}NULL, NULL, NULL), NULL);', "}", ""]
    return lines


def accessors(model: Model) -> list[str]:
    lines = ["static void sweep_accessors(void) {"]
    for c in ["purser_text_list"] + [f"{s.c_name}_list" for s in model.lists]:
        lines += [f'  sweep_true("{c}_count", {c}_count(NULL) == 0);', f'  sweep_true("{c}_at", {c}_at(NULL, 0) == NULL);']
    for c in (c for c in model.constants if c.lookup):
        lines += [f'  sweep_true("{c.lookup}", {c.lookup}(-1) == NULL && {c.lookup}({len(c.values)}) == NULL && {c.lookup}(0) != NULL);']
    return lines + ["}", ""]


def generate(model: Model) -> dict[str, str]:
    lines = [f"/* {MADE.format(source='')} */"] + HEAD.strip("\n").split("\n") + ["", "static const char *const sweep_null_entry[1] = {NULL};", ""]
    for s in (model.input_of(v) for v in model.verbs):
        lines += make(s)
    for v in model.verbs:
        lines += verb(model, v)
    lines += accessors(model)
    lines += ["static void sweep_verbs(purser *p) {"] + [f"  sweep_{v.verb}(p);" for v in model.verbs] + ["}", ""]
    lines += ["/* Every function of the export map that the sweeps above do not call; null_sweep.c calls them by hand and counts them. */",
              f"#define SWEEP_BY_HAND {len([f for f in model.functions])}", ""]
    return {"tests/capi/generated/null_sweep.inc": "\n".join(lines)}
