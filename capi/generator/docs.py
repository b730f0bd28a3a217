"""docs/reference/<noun>.md."""
from generator.model import Model, Noun, Struct
from generator.text import MADE, contract


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def fields(s: Struct) -> list[str]:
    lines = [f"### `{s.c_name}`", "", " ".join(s.doc.split()), "", "| member | type | meaning |", "|---|---|---|"]
    for m in s.members:
        if m.name == "struct_size" or m.name.startswith("reserved"):
            continue
        doc = cell(m.field.doc) + (" **Required.**" if m.field.required else "") if m.field else "with the one before"
        bound = f" At most {m.field.max_bytes:,} bytes." if m.field and m.field.max_bytes else ""
        bound += f" At most {m.field.max_count:,}." if m.field and m.field.max_count else ""
        name, ctype = (m.field.name, m.field.c) if m.field and m.field.kind == "raw" else (m.name, m.ctype.strip())
        lines.append(f"| `{name}` | `{ctype}` | {doc}{bound} |")
    return lines + [""]


def page(model: Model, noun: Noun) -> str:
    verbs = [v for v in model.verbs if v.noun == noun.noun]
    lines = [f"<!-- {MADE.format(source=noun.noun + '.toml')} -->", f"# {noun.title}", "", " ".join(noun.doc.split()), "",
             f"Header: `purser/{noun.noun}.h`. Since {noun.since}.", ""]
    for f in verbs + [f for f in model.functions if f.noun == noun.noun]:
        lines += [f"## `{f.name}`", "", "```c", f.c + ";", "```", ""]
        if f in verbs:
            lines += [f"Verb {f.id}: `{f.constant}` for `purser_submit`." if not f.pure else f"Verb {f.id}; takes no handle.", ""]
        for part in contract(f):
            lines += [" ".join(part.split()), ""]
    own = [s for s in model.structs if s.noun == noun.noun]
    if own:
        lines += ["## Types", ""]
    for s in own:
        lines += fields(s)
    for c in (c for c in model.constants if c.noun == noun.noun):
        lines += [f"## `{c.prefix}*`", "", " ".join(c.doc.split()), "", "| constant | value | meaning |", "|---|---|---|"]
        lines += [f"| `{c.prefix}{v['name']}` | {v['value']} | {cell(v['doc'])} |" for v in c.values] + [""]
    for d in (d for d in model.defines if d["noun"] == noun.noun):
        lines += [f"`{d['name']}` = {d['value']}: {d['doc']}.", ""]
    return "\n".join(lines)


def index(model: Model) -> str:
    lines = [f"<!-- {MADE.format(source='')} -->", f"# Reference of the C ABI, version {model.version}", "", "```", (model.root / "capi/api/contract.txt").read_text().strip(),
             "```", "", "| page | functions |", "|---|---|"]
    for n in model.nouns:
        names = [f"`{f.name}`" for f in model.verbs + model.functions if f.noun == n.noun]
        lines.append(f"| [{n.title}]({n.noun}.md) | {', '.join(names)} |")
    return "\n".join(lines + [""])


def generate(model: Model) -> dict[str, str]:
    return {f"docs/reference/{n.noun}.md": page(model, n) for n in model.nouns} | {"docs/reference/index.md": index(model)}
