"""Apply seeded faults one at a time and see that the tests of the mutated file fail.

python tools/mutants.py            every fault of tests/mutants/*.toml
python tools/mutants.py --quick    those marked quick
python tools/mutants.py gate exit  those of tests/mutants/gate.toml and exit.toml
python tools/mutants.py drawn      those that tools/seed_faults.py draws from what decides
python tools/mutants.py --sound    the tests without any fault are known to pass

Each fault lives in a forked process that loads the mutated file in the place of the sound one;
whatever passes there is tried again by an interpreter of its own over a mutated copy of src/,
first with the file's mirrored test, then with every test file that imports the module or one
that imports it. Caught by either, by room, is printed at the end.
"""

import ast
import functools
import importlib.abc
import importlib.machinery
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType

ROOT = Path(__file__).parents[1]
WORKERS = int(os.environ.get("NANOWARD_MUTANTS_AT_ONCE", "2"))
OPTIONS = ("-p", "no:randomly", "-p", "no:cacheprovider")
LOADED = ("-W", "ignore::pytest.PytestAssertRewriteWarning", "-o", "timeout=1200")


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
        parts = Path(self.file).relative_to("src").with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def mutated(self) -> str:
        """The file's text with the fault in it."""
        text = (ROOT / self.file).read_text(encoding="utf-8")
        return text.replace(self.find, self.put)

    @property
    def room(self) -> str:
        """Room or layer of the mutated file."""
        return Path(self.file).relative_to("src/nanoward").parts[0]

    @property
    def tests(self) -> str:
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


def drawn_mutants() -> tuple[Mutant, ...]:
    """Faults drawn by rule from what decides about people."""
    sys.path.insert(0, str(Path(__file__).parent))
    from seed_faults import all_drawn

    return tuple(Mutant(file=file, find=find, put=put) for file, find, put in all_drawn())


def mutants(names: Sequence[str] = ()) -> tuple[Mutant, ...]:
    """Every fault listed; the text to find must stand in its file exactly once."""
    if "drawn" in names:
        return drawn_mutants()
    found = [
        Mutant(**one)
        for path in sorted((ROOT / "tests" / "mutants").glob("*.toml"))
        if not names or path.stem in names
        for one in tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]
    ]
    for one in found:
        count = (ROOT / one.file).read_text(encoding="utf-8").count(one.find)
        if count != 1:
            raise ValueError(f"{one.file}: {one.find!r} stands there {count} times")
    return tuple(found)


def imports(file: Path) -> set[str]:
    """Dotted names that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
    return found


@functools.cache
def importers() -> dict[str, set[str]]:
    """Per module, the test files that import it or a module that imports it."""
    sources = {
        ".".join(file.relative_to(ROOT / "src").with_suffix("").parts): imports(file)
        for file in (ROOT / "src").rglob("*.py")
    }
    told = {
        str(file.relative_to(ROOT)): imports(file)
        for file in (ROOT / "tests").rglob("test_*.py")
    }
    found: dict[str, set[str]] = {}
    for name in sources:
        near = {name} | {other for other, seen in sources.items() if name in seen}
        found[name] = {file for file, seen in told.items() if seen & near}
    return found


def is_caught(mutant: Mutant | None, *tests: str) -> bool:
    """Whether the tests fail with the fault; None runs them without any."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "src"
        shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
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
    if told.returncode not in (0, 1):  # neither passed nor failed: a fault of this tool
        raise RuntimeError(told.stdout[-2000:] + told.stderr[-2000:])
    return told.returncode == 1


def begun(mutant: Mutant | None, tests: str) -> int:
    """Process id of a fork that runs tests with a fault, or none; it exits as pytest does."""
    child = os.fork()
    if child:
        return child
    code = 3
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for place in (0, 1, 2):
            os.dup2(nothing, place)
        os.chdir(ROOT)
        sys.dont_write_bytecode = True
        if mutant is not None:
            sys.meta_path.insert(0, MutatedFinder(mutant))
        import pytest

        code = int(pytest.main([tests, "-x", "-q", "-n", "0", *OPTIONS, *LOADED]))
    finally:
        os._exit(code)


def in_forks(
    chosen: Sequence[tuple[Mutant | None, str]],
) -> Iterator[tuple[Mutant | None, str, int]]:
    """Each fault and its tests with what the tests ended with, as they end."""
    waiting, running = list(reversed(chosen)), dict[int, tuple[Mutant | None, str]]()
    while waiting or running:
        while waiting and len(running) < WORKERS:
            one = waiting.pop()
            running[begun(*one)] = one
        ended, status = os.wait()
        yield *running.pop(ended), os.waitstatus_to_exitcode(status)


def main() -> int:
    """Number of faults that no test caught."""
    names = [one for one in sys.argv[1:] if not one.startswith("--")]
    chosen = [one for one in mutants(names) if one.quick or "--quick" not in sys.argv]
    import click  # noqa: F401 - what every fork needs is loaded once
    import cryptography.hazmat.primitives.asymmetric.ed25519  # noqa: F401
    import hypothesis.stateful  # noqa: F401
    import pytest  # noqa: F401

    files = [] if "--sound" in sys.argv else sorted({one.tests for one in chosen})
    for _, tests, code in in_forks([(None, one) for one in files]):
        if code:
            raise RuntimeError(f"{tests} fails without any fault")
    passed = []
    for number, (one, _, code) in enumerate(in_forks([(one, one.tests) for one in chosen]), 1):
        if code != 1 and one is not None:
            passed.append(one)
        print(f"{number} of {len(chosen)}, {len(passed)} to be tried again", flush=True)
    alone = [one for one in passed if not is_caught(one, one.tests)]
    left = []
    for one in alone:
        others = sorted(importers()[one.module] - {one.tests})
        word = "caught by others" if others and is_caught(one, *others) else "NOT CAUGHT"
        left += [one] if word == "NOT CAUGHT" else []
        print(f"{word} {one.file}: {one.find!r} -> {one.put!r}", flush=True)
    for room, count in sorted(Counter(one.room for one in chosen).items()):
        by_mirror = count - sum(one.room == room for one in alone)
        survived = sum(one.room == room for one in left)
        told = f"{by_mirror} caught by the mirrored test, {survived} survived"
        print(f"{room}: {count} faults, {told}")
    print(f"{len(chosen) - len(alone)} of {len(chosen)} caught by the mirrored test")
    print(f"{len(chosen) - len(left)} of {len(chosen)} seeded faults caught")
    return len(left)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
