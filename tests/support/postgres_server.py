#!/usr/bin/env python3
"""A PostgreSQL cluster on loopback in a temporary folder, gone with everything in it when this program ends.

    postgres_server.py                       prints one line of JSON (tcp, socket: store URLs) and serves until its input ends
    postgres_server.py -- command argument…  runs the command with PURSER_TEST_POSTGRES set to a store URL, and ends as it ends
    --durable                                fsync on, as a store demands; off without it, for tests that crash nothing
    --connections N                          max_connections
    --tls CERTIFICATE KEY                    serves TLS with these PEM files
initdb refuses root: as root everything runs as the user postgres, or nobody.
"""
import argparse
import ctypes
import glob
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PASSWORD = "pg-Only4Tests"
SET_PDEATHSIG = 1  # linux/prctl.h


def binaries():
    """The folder of the newest server on this machine; Debian keeps them out of the PATH."""
    found = [os.path.dirname(path) for path in glob.glob("/usr/lib/postgresql/*/bin/postgres")]
    found.sort(key=lambda folder: [int(n) for n in re.findall(r"\d+", folder)], reverse=True)
    beside = shutil.which("postgres")
    if beside and shutil.which("initdb"):
        found.append(os.path.dirname(os.path.realpath(beside)))
    if not found:
        sys.exit("no PostgreSQL server here (looked for /usr/lib/postgresql/*/bin and the PATH): apt-get install postgresql")
    return found[0]


def servant():
    """Who runs the server: popen arguments, and whose the folder is."""
    if os.geteuid() != 0:
        return {}, None
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}, user
    sys.exit("initdb refuses root, and there is no user postgres or nobody to run it as")


def ends_with_us():
    ctypes.CDLL(None).prctl(SET_PDEATHSIG, signal.SIGQUIT)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, durable=False, connections=60, tls=None):
        self.bin = binaries()
        self.popen, self.owner = servant()
        self.folder = tempfile.mkdtemp(prefix="purser-pg-")
        self.process = None
        try:
            if self.owner:
                os.chown(self.folder, self.owner.pw_uid, self.owner.pw_gid)
            self._make()
            self._configure(durable, connections, tls)
            self._start()
        except BaseException:
            self.stop()
            raise

    def _make(self):
        self.data = os.path.join(self.folder, "data")
        # A collation that orders otherwise than bytes do, where the server knows one (since 15): a store must not depend on the database's.
        version = subprocess.run([os.path.join(self.bin, "postgres"), "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
        major = int(re.search(r"\d+", version)[0])
        collation = ["--locale-provider=icu", "--icu-locale=en-US"] if major >= 15 else []
        done = subprocess.run([os.path.join(self.bin, "initdb"), *collation, "-D", self.data, "-U", "purser", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                               "--no-sync", "--no-instructions"], cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                              **self.popen)
        if done.returncode:
            sys.exit(f"initdb failed:\n{done.stdout}")

    def _configure(self, durable, connections, tls):
        self.port = free_port()
        settings = {
            "listen_addresses": "'127.0.0.1'", "port": self.port, "unix_socket_directories": f"'{self.folder}'",
            "max_connections": connections, "superuser_reserved_connections": 0, "shared_buffers": "'32MB'", "wal_level": "minimal",
            "max_wal_senders": 0, "fsync": "on" if durable else "off", "full_page_writes": "on" if durable else "off", "autovacuum": "off",
            # What a careless role or server may say; a store must not believe it.
            "synchronous_commit": "off",
        }
        if tls:
            settings["ssl"] = "on"
            for setting, source in (("ssl_cert_file", tls[0]), ("ssl_key_file", tls[1])):
                target = os.path.join(self.folder, setting)
                shutil.copyfile(source, target)
                os.chmod(target, 0o600)
                if self.owner:
                    os.chown(target, self.owner.pw_uid, self.owner.pw_gid)
                settings[setting] = f"'{target}'"
        with open(os.path.join(self.data, "postgresql.auto.conf"), "a", encoding="utf-8") as conf:
            conf.writelines(f"{name} = {value}\n" for name, value in settings.items())
        with open(os.path.join(self.data, "pg_hba.conf"), "w", encoding="utf-8") as conf:
            conf.write("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")

    def _start(self):
        self.log = open(os.path.join(self.folder, "log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen([os.path.join(self.bin, "postgres"), "-D", self.data], cwd="/", stdin=subprocess.DEVNULL, stdout=self.log,
                                        stderr=self.log, preexec_fn=ends_with_us, start_new_session=True, **self.popen)
        end = time.monotonic() + 60
        while not self._ready():
            if self.process.poll() is not None or time.monotonic() > end:
                self.log.seek(0)
                sys.exit("the server does not start:\n" + self.log.read())
            time.sleep(0.02)
        self.sql(f"ALTER ROLE purser PASSWORD '{PASSWORD}'", "postgres")
        self.sql("CREATE DATABASE purser", "postgres")
        self.tcp = f"postgres://purser:{PASSWORD}@127.0.0.1:{self.port}/purser"
        self.socket = f"postgres://purser@/purser?host={self.folder}&port={self.port}"

    def _ready(self):
        return subprocess.run([os.path.join(self.bin, "pg_isready"), "-q", "-h", self.folder, "-p", str(self.port)], check=False).returncode == 0

    def sql(self, text, database="purser"):
        done = subprocess.run([os.path.join(self.bin, "psql"), "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-p", str(self.port),
                               "-U", "purser", "-d", database, "-c", text], stdout=subprocess.PIPE, text=True, check=True)
        return done.stdout.strip()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)  # nothing in it is wanted any more
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--durable", action="store_true")
    parser.add_argument("--connections", type=int, default=60)
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"))
    parser.add_argument("command", nargs="*")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with Server(options.durable, options.connections, options.tls) as server:
        if options.command:
            return subprocess.run(options.command, env={**os.environ, "PURSER_TEST_POSTGRES": server.tcp}, check=False).returncode
        print(json.dumps({"tcp": server.tcp, "socket": server.socket, "pid": server.process.pid}), flush=True)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's ^C reaches the test too, which closes our input
        sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main())
