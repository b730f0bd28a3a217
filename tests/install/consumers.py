#!/usr/bin/env python3
"""Builds and runs hosts against an installed Purser, and looks at what the libraries export and need.

usage: consumers.py CONSUMER --prefix P --libdir D --source S --scratch W --cc CC --cxx CXX"""
import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import history
import sqlite_source

NEEDED = {"libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6", "libssl.so.3", "libcrypto.so.3", "libcurl.so.4", "libsqlite3.so.0",
          "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
C_STANDARDS = ("c99", "c11", "c17")
CXX_STANDARDS = ("c++11", "c++14", "c++17", "c++20")
STRICT = ["-pedantic-errors", "-Wall", "-Wextra", "-Werror"]


class Place:
    """Where everything is, and the commands that run there."""

    def __init__(self, options):
        self.prefix, self.source = Path(options.prefix), Path(options.source)
        self.lib = self.prefix / options.libdir
        self.include = self.prefix / "include"
        self.hosts = Path(__file__).parent / "hosts"
        self.scratch = Path(options.scratch) / options.consumer
        self.cache = Path(options.scratch) / "cache"
        self.cc, self.cxx = options.cc, options.cxx
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(parents=True)
        self.environment = dict(os.environ, PKG_CONFIG_PATH=str(self.lib / "pkgconfig"))

    def run(self, *command, **more):
        print("+", *command, flush=True)
        return subprocess.run([str(part) for part in command], check=True, cwd=self.scratch, env=self.environment, **more)

    def output(self, *command):
        return self.run(*command, stdout=subprocess.PIPE, text=True).stdout

    def pkg_config(self, *flags):
        return self.output("pkg-config", *flags, "purser").split()

    def run_host(self, program, shared=True):
        """Runs a host through the same short history, whichever language or linkage it has."""
        if shared:
            self.environment["LD_LIBRARY_PATH"] = str(self.lib)
        files = history.write(self.scratch)
        self.run(program, self.source / "examples" / "catalog.json", files.events, files.body, files.header, files.secret, str(history.NOW_MS))


def static_flags(place):
    """pkg-config's own --static line, with the archive named so that the linker cannot choose the shared library beside it."""
    flags = place.pkg_config("--static", "--cflags", "--libs")
    assert "-lpurser" in flags, flags
    return ["-l:libpurser.a" if flag == "-lpurser" else flag for flag in flags]


def symbols(place, *command):
    """Names of defined symbols. Absolute ones ("A") are the version node of the export map: no code, no data."""
    lines = [line.split() for line in place.output("nm", *command).splitlines()]
    return [line[2].split("@")[0] for line in lines if len(line) == 3 and line[1] != "A"]


def exports(place):
    """Nothing but purser_* is visible, in either library, and both show the same functions."""
    shared = symbols(place, "-D", "--defined-only", place.lib / "libpurser.so")
    static = symbols(place, "-g", "--defined-only", place.lib / "libpurser.a")
    for label, names in (("libpurser.so", shared), ("libpurser.a", static)):
        strangers = [name for name in names if not name.startswith("purser_")]
        assert not strangers, f"{label} exports {strangers[:10]}"
        assert len(names) >= 20, f"{label} exports only {names}"
    assert set(shared) == set(static), f"only in one library: {sorted(set(shared) ^ set(static))}"
    declared = set(re.findall(r"PURSER_API[^;(]*?\b(purser_\w+)\(", "".join(h.read_text() for h in sorted((place.include / "purser").glob("*.h")))))
    assert declared == set(shared), f"declared and exported differ: {sorted(declared ^ set(shared))}"
    print(f"{len(shared)} functions in the headers, in libpurser.so and in libpurser.a; nothing else")


def needed(place):
    dynamic = place.output("readelf", "-d", "-W", place.lib / "libpurser.so")
    libraries = set(re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic))
    assert libraries and libraries <= NEEDED, f"libpurser.so needs {sorted(libraries - NEEDED)}"
    assert re.search(r"SONAME.*\[libpurser\.so\.0\]", dynamic), "SONAME is not libpurser.so.0"
    assert "NODELETE" in dynamic, "linked without -z nodelete"
    assert "TEXTREL" not in dynamic and "RPATH" not in dynamic and "RUNPATH" not in dynamic, dynamic
    unique = [line for line in place.output("nm", "-D", place.lib / "libpurser.so").splitlines() if re.search(r"\su\s", line)]
    assert not unique, f"GNU_UNIQUE symbols: {unique[:5]}"
    # Position independence of the archive is proved by linking it into a shared object.
    place.run(place.cc, "-shared", "-o", "plugin.so", place.hosts / "plugin.c", *static_flags(place), "-Wl,-z,defs", "-Wl,-z,text")
    print("libpurser.so needs", ", ".join(sorted(libraries)))


def headers(place):
    """Every header alone, in every standard it promises."""
    files = sorted((place.include / "purser").glob("*.h")) + [place.include / "purser.h"]
    assert len(files) > 5, files
    for file in files:
        for standard in C_STANDARDS:
            place.run(place.cc, f"-std={standard}", *STRICT, "-Wstrict-prototypes", "-fsyntax-only", "-x", "c", file)
        for standard in CXX_STANDARDS:
            place.run(place.cxx, f"-std={standard}", *STRICT, "-Wno-pragma-once-outside-header", "-fsyntax-only", "-x", "c++", file)
    place.run(place.cxx, "-std=c++20", *STRICT, "-Wshadow", "-Wconversion", "-I", place.include, "-fsyntax-only", "-x", "c++", place.include / "purser.hpp")


def pkg_config(place):
    """A C99 program without a C++ compiler, on the shared library."""
    place.run(place.cc, "-std=c99", *STRICT, place.hosts / "host.c", *place.pkg_config("--cflags", "--libs"), "-o", "host")
    place.run_host("./host")


def c_static(place):
    """The same program on the archive, linked by the C compiler with what pkg-config --static prints."""
    place.run(place.cc, "-std=c99", *STRICT, place.hosts / "host.c", *static_flags(place), "-o", "host")
    assert "libpurser" not in place.output("readelf", "-d", "host"), "the static host still needs libpurser.so"
    place.run_host("./host", shared=False)


def cmake_project(place, folder, build_type, *definitions):
    place.run("cmake", "-G", "Ninja", "-S", Path(__file__).parent / folder, "-B", "build", f"-DHOSTS={place.hosts}", f"-DCMAKE_BUILD_TYPE={build_type}",
              f"-DCMAKE_C_COMPILER={place.cc}", f"-DCMAKE_CXX_COMPILER={place.cxx}", *definitions)
    place.run("cmake", "--build", "build")
    for program in ("host_shared", "host_static", "host_cpp"):
        place.run_host(f"build/{program}")


def find_package(place):
    cmake_project(place, "package", "Release", f"-DCMAKE_PREFIX_PATH={place.prefix}")


def add_subdirectory(place):
    """The host's build compiles Purser itself: no warning flag, test or install rule of Purser may leak into it."""
    place.environment.update(CCACHE_BASEDIR=str(place.source), CCACHE_NOHASHDIR="1", CCACHE_SLOPPINESS="pch_defines,time_macros")
    launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
    cmake_project(place, "subdirectory", "Debug", f"-DPURSER_SOURCE={place.source}", *launcher)


def both_libraries(place):
    yield "shared", [f"-L{place.lib}", "-lpurser"]
    yield "static", [*static_flags(place)]


def own_boost(place):
    """A C++ host that compiles its own Boost.JSON from source, calls it and Purser, on either library."""
    place.run(place.cxx, "-std=c++20", "-O1", "-c", place.hosts / "own_json.cpp", "-o", "own_json.o")
    place.run(place.cxx, "-std=c++20", "-O1", "-DHOST_HAS_JSON", "-I", place.include, "-c", place.hosts / "host.cpp", "-o", "host.o")
    for name, flags in both_libraries(place):
        place.run(place.cxx, "host.o", "own_json.o", *flags, "-o", f"host_{name}")
        place.run_host(f"./host_{name}")


def own_sqlite(place):
    """A host that compiles SQLite's amalgamation, another version than the system's: with its symbols visible and hidden."""
    amalgamation = sqlite_source.fetch(place.cache)
    place.run(place.cxx, "-std=c++20", "-O1", "-DHOST_HAS_SQLITE", "-I", place.include, "-I", amalgamation, "-c", place.hosts / "host.cpp", "-o", "host.o")
    place.run(place.cc, "-O1", "-I", amalgamation, "-c", place.hosts / "own_sqlite.c", "-o", "own_sqlite.o")
    for visibility in ("default", "hidden"):
        place.run(place.cc, "-O0", f"-fvisibility={visibility}", "-DSQLITE_THREADSAFE=1", "-c", amalgamation / "sqlite3.c", "-o", f"sqlite_{visibility}.o")
        for name, flags in both_libraries(place):
            program = f"host_{visibility}_{name}"
            place.run(place.cxx, "host.o", "own_sqlite.o", f"sqlite_{visibility}.o", *flags, "-ldl", "-o", program)
            place.run_host(f"./{program}")


def dlopen(place):
    place.run(place.cc, "-std=c99", *STRICT, "-I", place.include, place.hosts / "dlopen.c", "-ldl", "-o", "host")
    place.run("./host", place.lib / "libpurser.so", place.source / "examples" / "catalog.json")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("consumer")
    for option in ("prefix", "libdir", "source", "scratch", "cc", "cxx"):
        parser.add_argument(f"--{option}", required=True)
    options = parser.parse_args()
    consumers = {f.__name__: f for f in (exports, needed, headers, pkg_config, c_static, find_package, add_subdirectory, own_boost, own_sqlite, dlopen)}
    try:
        consumers[options.consumer](Place(options))
    except (AssertionError, subprocess.CalledProcessError) as problem:
        print(f"{options.consumer}: {problem}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
