"""include/purser.h and include/purser/<noun>.h: plain C99, C++11 and later."""
from generator.model import Model, Noun, Struct
from generator.text import MADE, comment, contract

INTRO = """#ifndef {guard}
#define {guard}
"""
EXTERN = """
#ifdef __cplusplus
extern "C" {
#endif
"""
END = """
#ifdef __cplusplus
}
#endif
#endif
"""
BASICS = """#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define PURSER_API __attribute__((visibility("default")))
#else
#define PURSER_API
#endif

#define PURSER_VERSION "{version}"

/** Starts an input: `{{ PURSER_IN(purser_account_read_in), .account = "acct_42" }}`; everything else is zero. C99 and C++20; elsewhere zero the input and set struct_size. */
#define PURSER_IN(type) .struct_size = sizeof(type)
/** The limit that is none. */
#define PURSER_UNLIMITED (-1)

/** PURSER_OK or one of the constants below. */
typedef int32_t purser_status;
"""
TEXT_LIST = ["/** Texts, read with purser_text_list_count and purser_text_list_at. */", "typedef struct purser_text_list purser_text_list;"]
CONFIG = """
/** Starts a configuration with every default, that of `threads` included. */
#define PURSER_CONFIG PURSER_IN(purser_config), .threads = PURSER_THREADS_DEFAULT
"""


def struct(s: Struct) -> list[str]:
    lines = [""] + comment([s.doc]) + [f"typedef struct {s.c_name} {{"]
    for m in s.members:
        doc = [m.field.doc + ("; required" if m.field.required else "")] if m.field else []
        if m.name == "struct_size":
            doc = ["set by PURSER_IN"]
        if m.name.startswith("reserved"):
            doc = ["must be zero"]
        declaration = f"  {m.declaration};"
        if not doc:
            lines.append(declaration)
        elif len(declaration) + len(doc[0]) < 130:
            lines.append(f"{declaration} /**< {doc[0]} */")
        else:
            lines += comment(doc, "  ") + [declaration]
    return lines + [f"}} {s.c_name};"]


def accessors(c_name: str, element: str, doc: str) -> list[str]:
    return ["", f"/** {doc} 0 for NULL. */", f"PURSER_API size_t {c_name}_count(const {c_name} *list);",
            "/** NULL beyond the end and for NULL. */", f"PURSER_API {element}{c_name}_at(const {c_name} *list, size_t index);"]


def submit(model: Model, verb) -> list[str]:
    """The typed form of purser_submit."""
    name = verb.verb
    call = [f"  call.{m.name} = {dict(struct_size='sizeof call', verb=verb.constant, context='context', done='done').get(m.name, 'in' if m.name == '' else '0')};"
            for m in model.find("purser_call").members if m.name not in ("in", "done", "context")]
    call += ["  call.in = in;", "  call.done = done;", "  call.context = context;"]
    return ["", f"/** purser_{name} as a submitted call; see purser_submit. `out` of `done` is a const purser_{name}_out *. */",
            f"static inline purser_status purser_{name}_submit(purser_handle *p, const purser_{name}_in *in, purser_done done, void *context,",
            "                                                uint64_t *id, purser_error **error) {",
            "  purser_call call;"] + call + ["  return purser_submit(p, &call, id, error);", "}"]


def header(model: Model, noun: Noun) -> str:
    guard = f"PURSER_{noun.noun.upper()}_H"
    verbs = [v for v in model.verbs if v.noun == noun.noun]
    lines = comment([f"{noun.title}. {noun.doc}", MADE.format(source=f"{noun.noun}.toml")]) + INTRO.format(guard=guard).split("\n")
    if noun.noun == "base":
        lines += BASICS.format(version=model.version).split("\n")
    else:
        lines += ['#include "base.h"'] + (['#include "call.h"'] if verbs else [])
    lines += EXTERN.strip("\n").split("\n")
    for o in (o for o in model.opaques if o["noun"] == noun.noun):
        lines += [""] + comment([o["doc"]]) + [f"typedef struct {o['name']} {o['name']};"]
        if "c_alias" in o:
            lines += ["#ifndef __cplusplus", f"typedef {o['name']} {o['c_alias']};", "#endif"]
    for d in (d for d in model.defines if d["noun"] == noun.noun):
        lines += [""] + comment([d["doc"]]) + [f"#define {d['name']} {d['value']}"]
    for c in (c for c in model.constants if c.noun == noun.noun):
        lines += [""] + comment([c.doc])
        lines += [f"#define {c.prefix}{v['name']} {v['value']} /**< {v['doc']} */" for v in c.values]
        if c.lookup:
            lines += ["/** The constant's name in lower case, e.g. for logs; NULL for another number. Static. */",
                      f"PURSER_API const char *{c.lookup}({c.type} {c.name});"]
    for v in verbs:
        lines += ["", f"#define {v.constant} {v.id} /**< purser_call.verb */"]
    if noun.noun == "base":
        lines += [""] + TEXT_LIST
    for t in (t for t in model.typedefs if t["noun"] == noun.noun):
        lines += [""] + comment([t["doc"]]) + [t["c"] + ";"]
    for s in (s for s in model.structs if s.noun == noun.noun and s.role == "record"):
        lines += struct(s)
        if s.in_list:
            lines += ["", f"typedef struct {s.c_name}_list {s.c_name}_list;"] + accessors(f"{s.c_name}_list", f"const {s.c_name} *", "How many.")[1:]
    for s in (s for s in model.structs if s.noun == noun.noun and s.role != "record"):
        lines += struct(s)
    if noun.noun == "handle":
        lines += CONFIG.rstrip("\n").split("\n")
    for f in verbs + [f for f in model.functions if f.noun == noun.noun]:
        lines += [""] + comment(contract(f)) + [f"PURSER_API {f.c};"]
    if noun.noun == "base":
        lines += accessors("purser_text_list", "const char *", "How many.")
    for v in (v for v in verbs if not v.pure):
        lines += submit(model, v)
    return "\n".join(lines) + "\n" + END


def umbrella(model: Model) -> str:
    text = (model.root / "capi/api/contract.txt").read_text().strip()
    lines = ["/*"] + [f" * {line}".rstrip() for line in text.split("\n")] + [" *", " * " + MADE.format(source="contract.txt"), " */"]
    lines += ["#ifndef PURSER_H", "#define PURSER_H", ""] + [f'#include "purser/{n.noun}.h"' for n in model.nouns] + ["", "#endif", ""]
    return "\n".join(lines)


def generate(model: Model) -> dict[str, str]:
    made = {f"include/purser/{n.noun}.h": header(model, n) for n in model.nouns}
    made["include/purser.h"] = umbrella(model)
    return made
