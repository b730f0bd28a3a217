"""The surface as data: reads capi/api/*.toml into objects, checks them, computes the C layout (LP64)."""
from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

# kind -> C members it becomes: (C type, suffix of the name, bytes)
MEMBERS = {
    "cstr": [("const char *", "", 8)],
    "bytes": [("const void *", "", 8), ("size_t ", "_size", 8)],
    "cstr_list": [("const char *const *", "", 8), ("size_t ", "_count", 8)],
    "texts": [("const purser_text_list *", "", 8)],
    "i32": [("int32_t ", "", 4)],
    "bool": [("int32_t ", "", 4)],
    "enum": [("int32_t ", "", 4)],
    "i64": [("int64_t ", "", 8)],
    "f64": [("double ", "", 8)],
    "size": [("size_t ", "", 8)],
}
INPUT_KINDS = {"cstr", "bytes", "cstr_list", "i32", "bool", "enum", "i64", "f64", "raw"}
OUTPUT_KINDS = {"cstr", "texts", "list", "i32", "bool", "enum", "i64", "f64", "size"}
DEADLINE = {"name": "deadline_ms", "kind": "i64", "minimum": 0,
            "doc": "how long the call may take or wait, in milliseconds; 0 = the verb's default. What has begun to write is finished"}


def camel(name: str) -> str:
    """webhook_receive -> webhookReceive"""
    head, *tail = name.split("_")
    return head + "".join(t.capitalize() for t in tail)


def pascal(name: str) -> str:
    return "".join(t.capitalize() for t in name.split("_"))


@dataclass
class Member:
    """One member of a C struct."""
    ctype: str
    name: str
    offset: int
    size: int
    field: "Field | None" = None

    @property
    def declaration(self) -> str:
        return self.field.c if self.field and self.field.kind == "raw" else f"{self.ctype}{self.name}"


@dataclass
class Field:
    name: str
    kind: str
    doc: str
    since: str = ""
    required: bool = False
    nullable: bool = False      # a list: NULL says something else than none
    secret: bool = False
    any_bytes: bool = False     # not checked for UTF-8
    clip: bool = False          # longer is passed on, cut to one byte more than the bound: the verb has its own answer
    max_bytes: int = 0
    max_count: int = 0
    minimum: int | None = None
    maximum: int | None = None
    default: int = 0
    record: str = ""
    enum: str = ""
    c: str = ""
    offset: int = 0
    extent_offset: int = 0      # of the _size or _count member

    def members(self):
        if self.kind == "raw":
            return [(self.c, "", 8)]
        if self.kind == "list":
            return [(f"const purser_{self.record}_list *", "", 8)]
        return MEMBERS[self.kind]


@dataclass
class Struct:
    """An input, an output or an element of a list."""
    name: str
    role: str                   # input, output, record
    doc: str
    fields: list[Field]
    noun: str
    c_name: str
    since: str
    type: str = ""              # its name in C++, TypeScript and Python
    cpp: str = ""               # the described C++ struct it mirrors
    header: str = ""
    in_list: bool = True
    bindings: bool = True
    table: bool = False
    members: list[Member] = field(default_factory=list)
    size: int = 0
    first_size: int = 0

    @property
    def secret(self) -> bool:
        return any(f.secret for f in self.fields)

    def lay_out(self) -> None:
        """Offsets as the System V ABI gives them. Inputs have no implicit padding: it would be garbage when they grow into it."""
        offset, pads = 0, 0
        if self.role == "input":
            self.members.append(Member("size_t ", "struct_size", 0, 8))
            offset = 8
        for f in self.fields:
            if self.role == "input" and f.since != self.since and not self.first_size:
                offset, pads = self.pad(offset, pads)
                self.first_size = offset
            for position, (ctype, suffix, size) in enumerate(f.members()):
                if offset % size:
                    if self.role == "input":
                        offset, pads = self.pad(offset, pads)
                    offset = -(-offset // size) * size
                self.members.append(Member(ctype, f.name + suffix, offset, size, f if position == 0 else None))
                if position == 0:
                    f.offset = offset
                else:
                    f.extent_offset = offset
                offset += size
        if self.role == "input":
            offset, pads = self.pad(offset, pads)
        self.size = -(-offset // 8) * 8
        self.first_size = self.first_size or self.size

    def pad(self, offset: int, pads: int) -> tuple[int, int]:
        if offset % 8 == 0:
            return offset, pads
        self.members.append(Member("int32_t ", f"reserved{pads}", offset, 4))
        return offset + 4, pads + 1


@dataclass
class Constants:
    name: str
    prefix: str
    type: str
    cpp: str
    header: str
    doc: str
    values: list[dict]
    noun: str
    lookup: str = ""


@dataclass
class Function:
    c: str
    doc: str
    noun: str
    since: str
    errors: list[str] = field(default_factory=list)
    threads: str = ""
    ownership: str = ""
    source: str = ""

    @property
    def name(self) -> str:
        return re.search(r"(purser_\w+)\(", self.c).group(1)


@dataclass
class Verb(Function):
    verb: str = ""
    id: int = 0
    always_output: bool = False
    pure: bool = False

    @property
    def constant(self) -> str:
        return f"PURSER_VERB_{self.verb.upper()}"


@dataclass
class Noun:
    noun: str
    order: int
    title: str
    doc: str
    since: str
    raw: dict


class Model:
    def __init__(self, root: Path):
        self.root = root
        self.version = re.search(r"project\(Purser VERSION ([0-9.]+)", (root / "CMakeLists.txt").read_text()).group(1)
        self.nouns: list[Noun] = []
        self.constants: list[Constants] = []
        self.structs: list[Struct] = []
        self.functions: list[Function] = []
        self.verbs: list[Verb] = []
        self.defines: list[dict] = []
        self.typedefs: list[dict] = []
        self.opaques: list[dict] = []
        for path in sorted((root / "capi/api").glob("*.toml")):
            self.nouns.append(self.read(tomllib.loads(path.read_text())))
        self.nouns.sort(key=lambda n: n.order)
        self.verbs.sort(key=lambda v: v.id)
        self.check()

    def read(self, raw: dict) -> Noun:
        noun, since = raw["noun"], raw.get("since", "0.1")
        for c in raw.get("constants", []):
            self.constants.append(Constants(noun=noun, **c))
        for key in ("define", "typedef", "opaque"):
            getattr(self, key + "s").extend({**d, "noun": noun} for d in raw.get(key, []))
        for role in ("input", "record", "output"):
            for s in raw.get(role, []):
                self.structs.append(self.struct(s, role, noun, since))
        for f in raw.get("function", []):
            self.functions.append(Function(noun=noun, since=f.pop("since", since), **f))
        for v in raw.get("verb", []):
            name = v.pop("name")
            handle = "" if v.get("pure") else "purser_handle *p, "
            prototype = f"purser_status purser_{name}({handle}const purser_{name}_in *in, const purser_{name}_out **out, purser_error **error)"
            self.verbs.append(Verb(c=prototype, verb=name, noun=noun, since=v.pop("since", since), **v))
        return Noun(noun, raw["order"], raw["title"], raw["doc"], since, raw)

    def struct(self, s: dict, role: str, noun: str, since: str) -> Struct:
        since = s.get("since", since)
        suffix = {"input": "_in", "output": "_out", "record": ""}[role]
        fields = [Field(**{"since": since, **f}) for f in s.pop("fields")]
        if role == "input" and s.pop("deadline", True):
            first = [f for f in fields if f.since == since]
            fields = first + [Field(since=since, **DEADLINE)] + fields[len(first):]
        c_name = s.pop("c_name", f"purser_{s['name']}{suffix}")
        result = Struct(role=role, noun=noun, fields=fields, c_name=c_name, **{"since": since, **s})
        result.type = result.type or pascal(s["name"]) + ("In" if role == "input" else "")
        result.lay_out()
        return result

    def check(self) -> None:
        """What the TOML must never say; everything else is left to the compiler."""
        names = [s.c_name for s in self.structs] + [f.name for f in self.functions + self.verbs]
        assert len(names) == len(set(names)), "a name stands twice"
        ids = [v.id for v in self.verbs]
        assert ids == list(range(1, len(ids) + 1)), "verb numbers: 1, 2, 3 … and never changed"
        for s in self.structs:
            allowed = INPUT_KINDS if s.role == "input" else OUTPUT_KINDS
            for f in s.fields:
                assert f.kind in allowed, f"{s.c_name}.{f.name}: kind {f.kind}"
                assert f.doc, f"{s.c_name}.{f.name}: no doc"
                assert f.kind not in ("cstr", "cstr_list", "bytes") or s.role != "input" or f.max_bytes, f"{s.c_name}.{f.name}: no bound"
        for v in self.verbs:
            assert self.find(f"purser_{v.verb}_in") and self.find(f"purser_{v.verb}_out"), v.verb

    def find(self, c_name: str) -> Struct:
        return next(s for s in self.structs if s.c_name == c_name)

    def input_of(self, verb: Verb) -> Struct:
        return self.find(f"purser_{verb.verb}_in")

    def output_of(self, verb: Verb) -> Struct:
        return self.find(f"purser_{verb.verb}_out")

    def record_of(self, f: Field) -> Struct:
        return self.find(f"purser_{f.record}")

    def enum_of(self, f: Field) -> Constants:
        return next(c for c in self.constants if c.name == f.enum)

    @property
    def lists(self) -> list[Struct]:
        return [s for s in self.structs if s.role == "record" and s.in_list]

    def exported(self) -> list[str]:
        """Every symbol of the library, sorted."""
        names = {f.name for f in self.functions + self.verbs} | {c.lookup for c in self.constants if c.lookup}
        names |= {f"purser_text_list_{w}" for w in ("count", "at")}
        names |= {f"{s.c_name}_list_{w}" for s in self.lists for w in ("count", "at")}
        return sorted(names)
