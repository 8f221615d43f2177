"""The tests under every supported Python that this machine has.

    python tools/check_pythons.py [--full] [--keep FOLDER] [PYTHON ...]

For each version that pyproject.toml claims, an interpreter is looked for: those given, those of
PATH, of uv, and of pyenv. Each gets an environment of its own with the locked libraries, in a
temporary folder (or one that stays), and runs a selection of the tests, or all of them. Exit
code 0: all passed under all that were found; 1: some failed. A version without an interpreter
is told and fails nothing: a machine rarely has them all.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
# rules and numbers, formats, compiled kernels, records, the command line, and the tour
QUICK = (
    "tests/base", "tests/adapters/formats/values", "tests/clearance/grading", "tests/control",
    "tests/maths/formulas", "tests/tuning/kernel", "tests/audit/evidence",
    "tests/acceptance/test_tour.py",
)  # fmt: skip
CLAIM = re.compile(r"^Programming Language :: Python :: (3\.\d+)$")
ASK = "import sys; print('%d.%d.%d' % sys.version_info[:3])"


def claimed_versions(pyproject: str) -> list[str]:
    """Minor versions of Python that the classifiers claim, in their order."""
    classifiers = tomllib.loads(pyproject)["project"]["classifiers"]
    return [told[1] for one in classifiers if (told := CLAIM.match(one))]


def version_of(python: str) -> str:
    """What an interpreter says of itself; "" for what is none (a shim without a version)."""
    try:
        told = subprocess.run(
            [python, "-c", ASK], capture_output=True, text=True, check=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return told.stdout.strip()


def candidates(version: str, given: Sequence[str]) -> Iterator[str]:
    """Paths that may be an interpreter of a version, the likeliest first."""
    yield from given
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    yield from (str(one / "bin" / "python") for one in sorted(pyenv.glob(f"{version}.*")))
    yield f"python{version}"
    told = subprocess.run(
        [uv(), "python", "find", "--no-python-downloads", "--no-project", version],
        cwd="/", capture_output=True, text=True, check=False,
    )  # fmt: skip
    yield from told.stdout.split()


def interpreters(versions: Sequence[str], given: Sequence[str]) -> dict[str, str]:
    """The first interpreter of each version; "" where none is found."""
    return {
        version: next(
            (
                one
                for one in candidates(version, given)
                if version_of(one).rpartition(".")[0] == version
            ),
            "",
        )
        for version in versions
    }


def uv() -> str:
    """The uv that made this environment, else the one of PATH."""
    beside = Path(sys.executable).parent / "uv"
    return str(beside) if beside.exists() else "uv"


def tested(python: str, place: Path, what: Sequence[str]) -> tuple[int, str]:
    """Exit code of the tests under an interpreter, and the last line that they wrote."""
    environment: Mapping[str, str] = os.environ | {
        "UV_PROJECT_ENVIRONMENT": str(place),
        "NANOWARD_CACHE": str(place / "cache"),
    }
    made = subprocess.run(
        [uv(), "sync", "--quiet", "--frozen", "--no-default-groups", "--group", "test",
         "--python", python],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode:
        return made.returncode, "no environment: " + "\n".join(made.stderr.splitlines()[-12:])
    told = subprocess.run(
        [str(place / "bin" / "python"), "-m", "pytest", "-q", "-p", "no:randomly",
         "-p", "no:cacheprovider", *what],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    lines = told.stdout.strip().splitlines() or told.stderr.strip().splitlines() or [""]
    return told.returncode, "\n".join(lines[-40:] if told.returncode else lines[-1:])


def main(arguments: Sequence[str]) -> int:
    """A line per version; 1 where tests failed under one."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    asked.add_argument("pythons", nargs="*", help="interpreters to look at first")
    asked.add_argument("--full", action="store_true", help="all tests")
    asked.add_argument("--only", help="one version of those claimed")
    asked.add_argument("--keep", type=Path, help="a folder that stays; else a temporary one")
    given = asked.parse_args(arguments)
    versions = claimed_versions((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found = interpreters([given.only] if given.only else versions, given.pythons)
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="nanoward-pythons-") as temporary:
        for version, python in found.items():
            if not python:
                print(f"{version:5} no interpreter on this machine: not tested", flush=True)
                continue
            began = time.monotonic()
            place = (given.keep or Path(temporary)).resolve() / f"python-{version}"
            code, told = tested(python, place, () if given.full else QUICK)
            wrong += bool(code)
            print(
                f"{version:5} {version_of(python)} {'FAILS' if code else 'ok'}"
                f" ({time.monotonic() - began:.0f} s): {told}",
                flush=True,
            )
    run = sum(map(bool, found.values()))
    print(f"{run - wrong} passed, {wrong} failed, {len(found) - run} skipped")
    return 1 if wrong or not run else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
