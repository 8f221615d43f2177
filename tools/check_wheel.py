"""The built wheel, installed alone, runs every command that the README shows.

    python tools/check_wheel.py [--keep FOLDER]

Builds the wheel, installs it with the locked libraries (no extra, no group) into a fresh
environment in a temporary folder, loads every module of it that needs no extra, and runs there
what README.md shows: lines after a prompt and commands within a sentence. Nothing of the
checkout is on the path; the examples' data are copied, since the wheel holds none. `make round`
and `make console` are run as their recipes say, `make test` needs the tests and is left out.
Exit code 0: all ran; 1: something did not.
"""

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
SPAN = re.compile(r"`((?:nanoward|make) [^`]+)`")
REMARK = re.compile(r"\s+#\s.*$")
NEEDS_THE_CHECKOUT = ("make test",)
FOUND = (0, 1, 8)  # 1: findings were told; 8: people were newly held or recalled
SERVED_S, COMMAND_S = 300, 900
LOADER = """
import importlib, pathlib, pkgutil, sys, nanoward
assert "site-packages" in nanoward.__file__, nanoward.__file__
lacking, broken = {}, []
for module in pkgutil.walk_packages(nanoward.__path__, "nanoward."):
    if module.name.endswith("__main__"):
        continue
    try:
        importlib.import_module(module.name)
    except ModuleNotFoundError as fault:
        lacking.setdefault(fault.name.split(".")[0], []).append(module.name)
    except Exception as fault:
        broken.append(f"{module.name}: {fault!r}")
for library, names in sorted(lacking.items()):
    print(library, *names)
if broken:
    sys.exit("\\n".join(broken))
"""
OF_EXTRAS = {  # libraries that an extra brings, or that who tests brings
    "Bio", "sbol3", "psycopg", "obstore", "mappy", "pysam", "sdc11073", "distributed", "dask",
    "pytest", "hypothesis",
}  # fmt: skip


def shown_commands(page: str) -> list[str]:
    """Commands of a page in their order: after a prompt, or `nanoward ...` in a sentence."""
    found: dict[str, None] = {}
    for block in re.split(r"(```console\n.*?```)", page, flags=re.DOTALL):
        if told := BLOCK.fullmatch(block):
            lines = told[1].replace("\\\n", " ").splitlines()
            prompts = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        else:
            prompts = [" ".join(span.split()) for span in SPAN.findall(block)]
        found |= dict.fromkeys(REMARK.sub("", line).strip() for line in prompts)
    return [line for line in found if line]


def recipe(name: str) -> str:
    """What make would run for a target, without what makes the checkout's environment."""
    told = subprocess.run(
        ["make", "-n", "-s", "-o", ".venv/ready", name],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return told.stdout.strip()


def installed(place: Path) -> Path:
    """A fresh environment with the wheel and the locked libraries; its folder of commands."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
    built, needs, venv = place / "dist", place / "locked.txt", place / "venv"

    def run(*words: str) -> None:
        subprocess.run([uv, *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)

    run("build", "--quiet", "--wheel", "--out-dir", str(built))
    run("export", "--quiet", "--frozen", "--no-dev", "--no-emit-project", "-o", str(needs))
    run("venv", "--quiet", "--python", sys.executable, str(venv))
    (wheel,) = built.glob("*.whl")
    python = ("--python", str(venv / "bin" / "python"))
    run("pip", "install", "--quiet", *python, "--require-hashes", "-r", str(needs))
    run("pip", "install", "--quiet", *python, "--no-deps", str(wheel))
    return venv / "bin"


def steps(line: str, commands: Path) -> tuple[str, bool]:
    """A command as it is typed beside the wheel, and whether it serves until it is stopped."""
    told = recipe(line.removeprefix("make ")) if line.startswith("make ") else line
    told = told.replace(".venv/bin/uv run --frozen --no-sync ", "")
    serves = "tools/demo_console.py" in told
    told = told.replace("tools/", f"{shlex.quote(str(ROOT))}/tools/")
    return told.replace(".venv/bin/", f"{commands}/"), serves


def ran(told: str, place: Path, outside: Mapping[str, str]) -> tuple[int, str]:
    """Exit code and what was written, in a folder that is no checkout."""
    answer = subprocess.run(
        ["bash", "-c", told], cwd=place, env=outside, text=True, check=False,
        capture_output=True, stdin=subprocess.DEVNULL, timeout=COMMAND_S,
    )  # fmt: skip
    return answer.returncode, answer.stdout + answer.stderr


def served(told: str, place: Path, outside: Mapping[str, str]) -> tuple[int, str]:
    """The same for what serves until it is stopped: 0 once it printed a link."""
    process = subprocess.Popen(
        ["bash", "-c", f"exec {told} --port 0"], cwd=place, env=outside, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    timer = threading.Timer(SERVED_S, process.kill)
    timer.start()
    try:
        lines: list[str] = []
        for line in process.stdout or ():
            lines.append(line)
            if "https://" in line or "http://" in line:
                return 0, line
        return process.wait() or 1, "".join(lines)
    finally:
        timer.cancel()
        process.kill()
        process.communicate()


def checked(place: Path) -> Iterator[tuple[str, str]]:
    """Each thing that was tried, and what was wrong with it ("" where nothing was)."""
    commands = installed(place)
    work = place / "elsewhere"
    skipped = shutil.ignore_patterns(".nanoward", "rounds", "__pycache__")
    shutil.copytree(ROOT / "examples", work / "examples", ignore=skipped)
    outside = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "UV_"))
    } | {"PATH": f"{commands}:/usr/bin:/bin", "NANOWARD_CACHE": str(place / "cache")}
    code, told = ran(f"python -c {shlex.quote(LOADER)}", work, outside)
    lacking = {line.split()[0] for line in told.splitlines() if line} - OF_EXTRAS
    yield "every module loads", told if code or lacking else ""
    for line in shown_commands((ROOT / "README.md").read_text(encoding="utf-8")):
        if line.startswith(NEEDS_THE_CHECKOUT):
            continue
        told, serves = steps(line, commands)
        code, told = (served if serves else ran)(told, work, outside)
        yield line, f"exit code {code}\n{told}" if code not in FOUND else ""


def main(arguments: Sequence[str]) -> int:
    """Try everything, one line each; 1 where something failed."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    asked.add_argument("--keep", type=Path, help="a folder that stays; else a temporary one")
    keep: Path | None = asked.parse_args(arguments).keep
    wrong = tried = 0
    with tempfile.TemporaryDirectory(prefix="nanoward-wheel-") as temporary:
        place = keep.resolve() if keep else Path(temporary)
        if keep:
            place.mkdir(parents=True)
        began = time.monotonic()
        for what, fault in checked(place):
            tried, wrong = tried + 1, wrong + bool(fault)
            print(f"{time.monotonic() - began:6.1f} s  {'FAILS' if fault else 'ok   '}  {what}")
            if fault:
                print(fault)
    print(f"{tried - wrong} passed, {wrong} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
