"""Completes <build>/python-package/purser beside the extension that is there, and makes the wheel of it.

make_package.py SOURCE_ROOT PACKAGE_FOLDER VERSION
"""

import base64
import hashlib
import re
import shutil
import sys
import sysconfig
import zipfile
from pathlib import Path

TAG_PYTHON = "cp39-abi3"  # the stable interface of python.hpp
PURE_VERBS = ("webhook_verify",)  # need no store
WHEEL_TIME = (1980, 1, 1, 0, 0, 0)  # the same files make the same wheel


def results_of(generated):
    """Result classes; their attributes can only be read."""
    classes = re.findall(r"^class (?!Verbs)\w+:\n(?:    .*\n|\n)+", generated, re.M)
    return "\n".join("@final\n" + re.sub(r"^    (\w+): (.+)$", r"    @property\n    def \1(self) -> \2: ...", text, flags=re.M) for text in classes)


def open_changes(results):
    """The fields of Change with `done`: blocking, and awaitable."""
    fields = re.search(r"^class Change:\n    \"\"\".+\n((?:    .+\n)+)", results, re.M)[1]
    kinds = (("OpenChange", "None", "A change that is not yet done."), ("AwaitedChange", "Awaitable[None]", "A change that is not yet done, of purser.aio."))
    doc = '        """Moves the consumer\'s cursor behind this change, durably. Commit your own table first."""\n        ...\n'
    return "\n".join(f'@final\nclass {name}:\n    """{what}"""\n{fields}    def done(self) -> {gives}:\n{doc}' for name, gives, what in kinds)


def verbs_of(generated):
    """(blocking, awaitable) methods as text; the awaitable ones lose their suffix."""
    methods = re.findall(r"^    (?:async )?def .+\n(?:        .*\n?)+", generated[generated.index("class Verbs:"):], re.M)
    blocking = [text for text in methods if not text.lstrip().startswith("async")]
    for verb in PURE_VERBS:
        blocking = [re.sub(rf"def {verb}\(self, ", f"def {verb}(", text) if f"def {verb}(" in text else text for text in blocking]
    blocking = ["    @staticmethod\n" + text if "(self" not in text.splitlines()[0] else text for text in blocking]
    awaitable = [re.sub(r"_async\(", "(", text, count=1) for text in methods if text.lstrip().startswith("async")]
    blocking = [text.replace("path: str |", "path: str | PathLike[str] |") for text in blocking]
    return "".join(blocking).rstrip("\n"), "".join(awaitable)


def stub(template, generated):
    blocking, awaitable = verbs_of(generated)
    results = results_of(generated)
    for mark, text in (("@RESULTS@", results), ("@OPEN_CHANGES@", open_changes(results)), ("@VERBS@", blocking), ("@AIO@", awaitable)):
        template = template.replace(mark, text)
    return template


def complete(source, package):
    folder = package / "purser"
    own = source / "bindings/python"
    for file in (own / "purser").glob("*.py"):
        shutil.copyfile(file, folder / file.name)
    generated = (source / "bindings/generated/purser.pyi.inc").read_text(encoding="utf-8")
    (folder / "__init__.pyi").write_text(stub((own / "purser.pyi.in").read_text(encoding="utf-8"), generated), encoding="utf-8")
    (folder / "py.typed").write_text("")


def metadata(version):
    return (
        f"Metadata-Version: 2.1\nName: purser\nVersion: {version}\nLicense: MIT\nLicense-File: LICENSE\nLicense-File: THIRD_PARTY.md\n"
        "Requires-Python: >=3.9\nClassifier: Operating System :: POSIX :: Linux\nClassifier: Typing :: Typed\n"
        "Summary: Subscriptions, webhooks, tiers and entitlements inside the host's own process and on the host's own store\n"
    )


def write_wheel(source, package, version):
    tag = f"{TAG_PYTHON}-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"
    info = f"purser-{version}.dist-info"
    files = {f"purser/{file.name}": file.read_bytes() for file in sorted((package / "purser").iterdir()) if file.suffix in (".py", ".pyi", ".so", ".typed")}
    files |= {f"{info}/licenses/{name}": (source / name).read_bytes() for name in ("LICENSE", "THIRD_PARTY.md")}
    files[f"{info}/METADATA"] = metadata(version).encode()
    files[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: purser\nRoot-Is-Purelib: false\nTag: {tag}\n".encode()
    digest = lambda data: base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()  # noqa: E731
    record = "".join(f"{name},sha256={digest(data)},{len(data)}\n" for name, data in files.items()) + f"{info}/RECORD,,\n"
    files[f"{info}/RECORD"] = record.encode()
    for old in package.glob("purser-*.whl"):
        old.unlink()
    wheel = package / f"purser-{version}-{tag}.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, WHEEL_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if name.endswith(".so") else 0o644) << 16
            archive.writestr(entry, data)
    return wheel


def main(source, package, version):
    complete(Path(source), Path(package))
    print(write_wheel(Path(source), Path(package), version).name)


if __name__ == "__main__":
    main(*sys.argv[1:])
