"""Apply seeded faults one at a time and see that the tests of the mutated file fail.

python tools/mutants.py            every fault of tests/mutants/*.toml
python tools/mutants.py --quick    those marked quick
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORKERS = 2
OPTIONS = ("-p", "no:randomly", "-p", "no:cacheprovider")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One fault: in `file`, `find` (found once) becomes `put`."""

    file: str
    find: str
    put: str
    quick: bool = False

    @property
    def tests(self) -> str:
        path = Path(self.file).relative_to("src/nanoward")
        return str(Path("tests") / path.parent / f"test_{path.name}")


def mutants() -> tuple[Mutant, ...]:
    """Every fault listed; the text to find must stand in its file exactly once."""
    found = [
        Mutant(**one)
        for path in sorted((ROOT / "tests" / "mutants").glob("*.toml"))
        for one in tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]
    ]
    for one in found:
        count = (ROOT / one.file).read_text(encoding="utf-8").count(one.find)
        if count != 1:
            raise ValueError(f"{one.file}: {one.find!r} stands there {count} times")
    return tuple(found)


def is_caught(mutant: Mutant | None, tests: str) -> bool:
    """Whether the tests fail with the fault; None runs them without any."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "src"
        shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
        if mutant is not None:
            path = Path(folder) / mutant.file
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(mutant.find, mutant.put), encoding="utf-8")
        told = subprocess.run(  # noqa: S603 - our own interpreter, our own tests
            [sys.executable, "-m", "pytest", tests, "-x", "-q", *OPTIONS],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    if told.returncode not in (0, 1):  # neither passed nor failed: a fault of this tool
        raise RuntimeError(told.stdout[-2000:] + told.stderr[-2000:])
    return told.returncode == 1


def main() -> int:
    """Number of faults that no test caught."""
    chosen = [one for one in mutants() if one.quick or "--quick" not in sys.argv]
    for tests in sorted({one.tests for one in chosen}):
        if is_caught(None, tests):
            raise RuntimeError(f"{tests} fails without any fault")
    with ThreadPoolExecutor(WORKERS) as pool:
        caught = list(pool.map(lambda one: is_caught(one, one.tests), chosen))
    left = [one for one, was in zip(chosen, caught, strict=True) if not was]
    for one in left:
        print(f"NOT CAUGHT {one.file}: {one.find!r} -> {one.put!r}")
    print(f"{len(chosen) - len(left)} of {len(chosen)} seeded faults caught")
    return len(left)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
