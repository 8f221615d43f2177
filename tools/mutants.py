"""Apply seeded faults one at a time and see that the tests of the mutated file fail.

python tools/mutants.py                 every fault of tests/mutants/*.toml
python tools/mutants.py --quick         those marked quick
python tools/mutants.py gate exit       those of tests/mutants/gate.toml and exit.toml
python tools/mutants.py drawn           those that tools/seed_faults.py draws
python tools/mutants.py drawn control   of these, those of a room or a folder
python tools/mutants.py --mirrored      only with the mirrored test file of each
python tools/mutants.py --forks         what passes in a fork is not tried again: quick, unsure

First with the file's mirrored test, then with every test file that imports the module or what
imports it (tools/fault_runs.py says how). Caught by either, by room, is printed at the end.
What a run ended with is kept in .mutants/, so that an interrupted run goes on where it was.
"""

import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import fault_runs
from fault_runs import ROOT, Kept, Mutant
from seed_faults import all_drawn, equal_faults

LISTS = ROOT / "tests" / "mutants"


def drawn_mutants() -> tuple[Mutant, ...]:
    """Faults drawn by rule from what decides about people."""
    return tuple(Mutant(file=file, find=find, put=put) for file, find, put in all_drawn())


def is_in(mutant: Mutant, folders: Sequence[str]) -> bool:
    """Whether the fault's file lies in one of the folders; in any where none is named."""
    path = mutant.file.removeprefix("src/nanoward/")
    return not folders or any(path == one or path.startswith(f"{one}/") for one in folders)


def mutants(names: Sequence[str] = ()) -> tuple[Mutant, ...]:
    """Every fault listed; the text to find must stand in its file exactly once."""
    if "drawn" in names:
        folders = [one.rstrip("/") for one in names if one != "drawn"]
        return tuple(one for one in drawn_mutants() if is_in(one, folders))
    found = [
        Mutant(**one)
        for path in sorted(LISTS.glob("*.toml"))
        if not names or path.stem in names
        for one in tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]
    ]
    for one in found:
        count = (ROOT / one.file).read_text(encoding="utf-8").count(one.find)
        if count != 1:
            raise ValueError(f"{one.file}: {one.find!r} stands there {count} times")
    return tuple(found)


def is_caught(mutant: Mutant, test: str) -> bool:
    """Whether an interpreter of its own sees the test fail with the fault."""
    return fault_runs.alone(mutant, test) != fault_runs.PASSED


def table(chosen: Sequence[Mutant], missed: Sequence[Mutant], left: Sequence[Mutant]) -> str:
    """Faults per room: seeded, caught by the mirrored test, by any, survived, and equal."""
    rooms: dict[str, list[int]] = {}
    for column, many in enumerate((chosen, missed, left)):
        for one in many:
            rooms.setdefault(one.room, [0, 0, 0])[column] += 1
    equal = [Mutant(file=one.split(": ")[0], find="", put="").room for one in equal_faults()]
    lines = [f"{'room':24}{'faults':>8}{'mirrored':>10}{'any':>8}{'survived':>10}{'equal':>8}"]
    rows = [(name, rooms[name], equal.count(name)) for name in sorted(rooms)]
    total = [len(chosen), len(missed), len(left)]
    for name, (count, past, free), same in [*rows, ("all", total, sum(row[2] for row in rows))]:
        lines.append(f"{name:24}{count:8}{count - past:10}{count - free:8}{free:10}{same:8}")
    return "\n".join(lines)


def main() -> int:
    """Number of faults that no test caught."""
    names = [one for one in sys.argv[1:] if not one.startswith("--")]
    chosen = [one for one in mutants(names) if one.quick or "--quick" not in sys.argv]
    fault_runs.preload()
    kept, surely = Kept(), "--forks" not in sys.argv
    missed: list[Mutant] = []
    left: list[Mutant] = []
    for number, one in enumerate(chosen, 1):
        if not kept.asked(one, one.tests, surely=surely):
            missed.append(one)
            others = [] if "--mirrored" in sys.argv else fault_runs.importers(one.module)
            near = (test for test in others if test != one.tests)
            catcher = next((t for t in near if kept.asked(one, t, surely=surely)), None)
            left += [] if catcher else [one]
            word = f"caught by {catcher}" if catcher else "NOT CAUGHT"
            print(f"{word}: {one.file}: {one.find!r} -> {one.put!r}", flush=True)
        if number % 20 == 0:
            print(
                f"{number} of {len(chosen)}, {len(missed)} passed the mirrored test", flush=True
            )
    print(table(chosen, missed, left))
    return len(left)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
