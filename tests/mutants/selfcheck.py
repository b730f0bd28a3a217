#!/usr/bin/env python3
"""mutate.py on a project of one function: it must tell a mutant that is killed from one that survives, one that does not compile, one whose
test is red anyway, and one whose text is not there; and it must leave the work tree as it was."""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
FILES = {
    "CMakePresets.json": '{"version": 6, "configurePresets": [{"name": "dev", "binaryDir": "${sourceDir}/build/dev"}]}',
    "CMakeLists.txt": """cmake_minimum_required(VERSION 3.25)
project(One LANGUAGES CXX)
enable_testing()
foreach(noun sign size broken)
  add_executable(test_${noun} tests/${noun}/test_${noun}.cpp)
  add_test(NAME ${noun}/${noun} COMMAND test_${noun})
endforeach()
""",
    "one.hpp": "inline int sign(int n) { return n < 0 ? -1 : 1; }\ninline int size(int n) { return n < 0 ? -n : n; }\n",
    "tests/sign/test_sign.cpp": '#include "../../one.hpp"\nint main() { return sign(-3) == -1 && sign(3) == 1 ? 0 : 1; }\n',
    "tests/size/test_size.cpp": '#include "../../one.hpp"\nint main() { return size(3) == 3 ? 0 : 1; }\n',
    "tests/broken/test_broken.cpp": "int main() { return 1; }\n",
    ".gitignore": "build/\n",
}
KILLED = ("killed", "? -1 : 1", "? 1 : 1", "sign/sign")
SURVIVES = ("survives", "? -n : n", "? n : n", "size/size")
NO_CODE = ("no-code", "? -1 : 1", "? - : 1", "sign/sign")
RED_ANYWAY = ("red-anyway", "? -1 : 1", "? 1 : 1", "broken/broken")
GONE = ("gone", "n <= 0", "n < 0", "sign/sign")
TWICE = ("twice", "n < 0", "n > 0", "sign/sign")
NO_TEST = ("no-test", "? -1 : 1", "? 1 : 1", "sign/nobody")


def entry(name, old, new, red):
    return f'[[mutant]]\nname = "{name}"\nfile = "one.hpp"\nold = "{old}"\nnew = "{new}"\nred = ["{red}"]\nwhy = "to see"\n'


def main():
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in FILES.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        (root / "lists").mkdir()
        subprocess.run(["git", "init", "-q"], cwd=root, check=True)

        def expect(code, words, mutants, *arguments):
            (root / "lists" / "one.toml").write_text("".join(entry(*m) for m in mutants))
            ran = subprocess.run([sys.executable, "-B", HERE / "mutate.py", "--root", root, "--mutants", root / "lists", *arguments],
                                 capture_output=True, text=True, check=False)
            output = ran.stdout + ran.stderr
            if ran.returncode != code or not all(w in output for w in words):
                faults.append(f"{[m[0] for m in mutants]} {arguments}: expected {code} and {words}, found {ran.returncode}:\n{output}")

        expect(0, ["1 of 1 mutants killed", "sign/sign red"], [KILLED])
        expect(1, ["1 of 3", "killed    ", "SURVIVED", "survived: survives (one.hpp): to see", "does not compile"], [KILLED, SURVIVES, NO_CODE])
        expect(0, ["1 of 1"], [KILLED, SURVIVES], "killed", "--workers", "2")
        expect(2, ["red without any mutant: broken/broken"], [RED_ANYWAY])
        expect(2, ["expected its old text once in one.hpp, found it 0 times"], [GONE], "--check")
        expect(2, ["found it 2 times"], [TWICE], "--check")
        expect(2, ["there is no test sign/nobody"], [NO_TEST], "--check")
        expect(2, ["names that stand twice: killed"], [KILLED, KILLED], "--check")
        expect(2, ["no mutant and no group is named nobody"], [KILLED], "nobody")
        expect(0, ["survives", "killed", "to see"], [KILLED, SURVIVES], "one", "--list")
        if any((root / name).read_text() != text for name, text in FILES.items()):
            faults.append("the work tree was changed")
    print("\n".join(faults) if faults else "mutate.py tells one from the other")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
