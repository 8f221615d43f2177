"""How one seeded fault is run: quickly in a fork, surely by an interpreter of its own.

A fork inherits every module of the house but the mutated one and those that import it, however
far away; it loads these anew, the mutated one from a text. Whatever passes there is tried again
by a new interpreter over a mutated copy of src/. What a run ended with is kept, keyed by the
bytes of the mutated file, the fault and the test file, so that an interrupted run goes on.
"""

import ast
import functools
import gc
import hashlib
import importlib
import importlib.abc
import importlib.machinery
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from types import CodeType, ModuleType

ROOT = Path(__file__).parents[1]
KEPT = ROOT / ".mutants" / "kept.jsonl"
OPTIONS = ("-p", "no:randomly", "-p", "no:cacheprovider")
LOADED = (
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
    "-o",
    "timeout=300",
    "-p",
    "no:benchmark",
)
LONGEST_S = 1200
PASSED, FAILED, BROKEN = 0, 1, 2  # pytest's exit codes; BROKEN: the file cannot be imported


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One fault: in `file`, `find` (found once) becomes `put`."""

    file: str
    find: str
    put: str
    quick: bool = False

    @property
    def module(self) -> str:
        """Dotted name of the mutated file."""
        return dotted(ROOT / self.file)

    def mutated(self) -> str:
        """The file's text with the fault in it."""
        text = (ROOT / self.file).read_text(encoding="utf-8")
        return text.replace(self.find, self.put)

    @property
    def room(self) -> str:
        """Room of the mutated file; outside the rooms, the folder that bears a room's name."""
        parts = Path(self.file).relative_to("src/nanoward").parts
        return "/".join(parts[:2] if parts[0] in ("flows", "faces", "adapters") else parts[:1])

    @property
    def tests(self) -> str:
        """The mirrored test file."""
        path = Path(self.file).relative_to("src/nanoward")
        return str(Path("tests") / path.parent / f"test_{path.name}")


class MutatedFinder(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Loads one module from a text in the place of its file."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self.mutant.module:
            return None
        file = str(ROOT / self.mutant.file)
        spec = importlib.machinery.ModuleSpec(name, self, origin=file)
        spec.has_location = True
        return spec

    def get_source(self, fullname: str) -> str:  # noqa: ARG002
        return self.mutant.mutated()

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002
        return compile(self.mutant.mutated(), str(ROOT / self.mutant.file), "exec")


class FirstFinder:
    """Keeps a finder before pytest's own, which would load a module named test_*.py itself."""

    def __init__(self, finder: MutatedFinder) -> None:
        self.finder = finder
        sys.meta_path.insert(0, finder)

    def pytest_configure(self) -> None:
        """Called by pytest when its own finder has come."""
        sys.meta_path.remove(self.finder)
        sys.meta_path.insert(0, self.finder)


def dotted(file: Path) -> str:
    """A source file's dotted name."""
    parts = file.relative_to(ROOT / "src").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(file: Path) -> set[str]:
    """Dotted names that a file imports, anywhere in it; a lazy package imports all it holds."""
    text = file.read_text(encoding="utf-8")
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
    if file.name == "__init__.py" and ("__getattr__" in text or "import_module" in text):
        found |= {dotted(one) for one in file.parent.rglob("*.py") if one != file}
    return found


@functools.cache
def arrows() -> dict[str, set[str]]:
    """Per module of the house, what it imports."""
    return {dotted(file): imports(file) for file in (ROOT / "src").rglob("*.py")}


def rings(name: str) -> Iterator[set[str]]:
    """The module; those that import it; those that import these; until nothing is new."""
    ring, seen = {name}, {name}
    while ring:
        yield ring
        ring = {one for one, many in arrows().items() if many & ring} - seen
        seen |= ring


@functools.cache
def dependents(name: str) -> frozenset[str]:
    """The module and all that import it, however far away."""
    return frozenset().union(*rings(name))


@functools.cache
def test_imports() -> dict[str, set[str]]:
    """Per test file, what it imports."""
    return {
        str(file.relative_to(ROOT)): imports(file)
        for file in sorted((ROOT / "tests").rglob("test_*.py"))
    }


def importers(name: str, most: int = 3) -> list[str]:
    """Test files that import a module or, within so many steps, what imports it; near first."""
    found: dict[str, None] = {}
    for number, ring in enumerate(rings(name)):
        if number < most:
            found |= dict.fromkeys(f for f, seen in test_imports().items() if seen & ring)
    return list(found)


def preload() -> None:
    """Import the whole house once, for the forks; what is not installed stays away."""
    plugins = {one.module for one in metadata.entry_points(group="pytest11")}
    beforehand = ("pytest", "click", "hypothesis.stateful", "polars.testing", *sorted(plugins))
    names = [one for one in arrows() if not one.endswith("__main__")]
    for name in (*beforehand, *names):
        try:
            importlib.import_module(name)
        except ImportError as fault:
            print(f"{name} is not loaded beforehand: {fault}", file=sys.stderr)
    gc.collect()
    gc.freeze()  # else each fork walks, and so copies, all of this


def forget(name: str) -> None:
    """Take a module and all that depend on it out of this interpreter."""
    for one in dependents(name):
        if one != "nanoward":
            sys.modules.pop(one, None)
        package, _, last = one.rpartition(".")
        if package in sys.modules and isinstance(
            vars(sys.modules[package]).get(last), ModuleType
        ):
            delattr(sys.modules[package], last)
    importlib.invalidate_caches()


def in_fork(mutant: Mutant, test: str, *, sound: bool = False) -> int:
    """What a fork's pytest ended with, with the fault, or without it but loaded as with it."""
    child = os.fork()
    if child:
        return waited(child)
    code = 3
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for place in (0, 1, 2):
            os.dup2(nothing, place)
        os.chdir(ROOT)
        sys.dont_write_bytecode = True
        forget(mutant.module)
        import pytest

        plugins = [] if sound else [FirstFinder(MutatedFinder(mutant))]
        words = [test, "-x", "-q", "-n", "0", *OPTIONS, *LOADED]
        code = int(pytest.main(words, plugins=plugins))
    finally:
        os._exit(code)


def waited(child: int) -> int:
    """What our own child ended with; one that hangs is ended and counts as 3."""
    until = time.monotonic() + LONGEST_S
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 3


def alone(mutant: Mutant | None, *tests: str) -> int:
    """What an interpreter of its own ends with over a copy of src/, with the fault or none."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "src"
        shutil.copytree(ROOT / "src", source)
        if mutant is not None:
            (Path(folder) / mutant.file).write_text(mutant.mutated(), encoding="utf-8")
        told = subprocess.run(
            [sys.executable, "-m", "pytest", *tests, "-x", "-q", *OPTIONS],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    if told.returncode not in (PASSED, FAILED, BROKEN):  # a fault of this tool
        raise RuntimeError(told.stdout[-2000:] + told.stderr[-2000:])
    return told.returncode


class Kept:
    """What earlier runs ended with; a changed source, fault or test asks again."""

    def __init__(self, file: Path = KEPT) -> None:
        self.file = file
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        self.known: dict[str, bool] = dict(json.loads(line) for line in lines)

    def asked(self, mutant: Mutant, test: str, *, surely: bool = True) -> bool:
        """Whether the test catches the fault, as kept or as found out now."""
        parts = ((ROOT / mutant.file).read_text(), mutant.find, mutant.put)
        told = "\n\0".join((*parts, test, (ROOT / test).read_text(encoding="utf-8")))
        key = hashlib.sha256(told.encode()).hexdigest()[:32]
        if key not in self.known:
            if not (is_caught := caught_in_fork(mutant, test)) and not surely:
                return False
            self.known[key] = is_caught or alone(mutant, test) in (FAILED, BROKEN)
            self.file.parent.mkdir(exist_ok=True)
            with self.file.open("a", encoding="utf-8") as written:
                written.write(json.dumps([key, self.known[key]]) + "\n")
        return self.known[key]


@functools.cache
def is_sound_in_fork(module: str, file: str, test: str) -> bool:
    """Whether the test passes where the module is loaded anew without any fault."""
    assert module
    return in_fork(Mutant(file=file, find="", put=""), test, sound=True) == PASSED


def caught_in_fork(mutant: Mutant, test: str) -> bool:
    """Whether a fork's test fails with the fault and passes without it."""
    if is_sound_in_fork(mutant.module, mutant.file, test):
        return in_fork(mutant, test) in (FAILED, BROKEN)
    if alone(None, test) != PASSED:
        raise RuntimeError(f"{test} fails without any fault")
    return False
