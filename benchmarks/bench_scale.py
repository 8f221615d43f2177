"""What a round costs as a programme grows: first, one new week, nothing new.

python benchmarks/bench_scale.py FOLDER --people 60 240 600

Simulated programmes of 26 weeks are made in FOLDER where they are not there yet. Each round is
a process of its own with one worker; told are its processor seconds and the most memory it
held, and how both grow (the exponent between neighbouring sizes).
"""

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

WEEKS, SEED = 26, 7
LAST, BEFORE = "2026-08-31", "2026-08-24"


def held(ward: Path, *words: str) -> tuple[float, float]:
    """Processor seconds and peak memory (MB) of one round."""
    command = [sys.executable, "-m", "nanoward", "round", str(ward), "--quiet", *words]
    running = subprocess.Popen([*command, "--workers", "1"], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(running.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1, 8):
        raise SystemExit(f"the round of {ward} ended with {code}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def measured(folder: Path, people: int) -> dict[str, tuple[float, float]]:
    """The three rounds of one size."""
    study = folder / f"study-{people}"
    if not study.exists():
        words = ["simulate", str(study), "--participants", str(people), "--weeks", str(WEEKS)]
        subprocess.run(
            [sys.executable, "-m", "nanoward", *words, "--seed", str(SEED)], check=True
        )
    found = {}
    ward = fresh(study)
    found["first"] = held(ward)
    found["nothing new"] = held(ward)
    found["asked anew"] = held(ward, "--anew")
    ward = fresh(study)
    held(ward, "--as-of", BEFORE)
    found["one new week"] = held(ward, "--as-of", LAST)
    shutil.rmtree(ward)
    return found


def fresh(study: Path) -> Path:
    ward = study.with_name(f"{study.name}-held")
    shutil.rmtree(ward, ignore_errors=True)
    return Path(shutil.copytree(study, ward))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--people", type=int, nargs="+", default=[60, 240])
    told = asked.parse_args()
    told.folder.mkdir(parents=True, exist_ok=True)
    before: dict[str, tuple[float, float]] = {}
    size = 0
    for people in told.people:
        found = measured(told.folder, people)
        for what, (cpu, memory) in found.items():
            row = {"people": people, "round": what, "cpu_s": round(cpu, 2), "mb": round(memory)}
            if what in before:
                grown = math.log(people / size)
                row["exponent"] = round(math.log(cpu / before[what][0]) / grown, 2)
                row["exponent_mb"] = round(math.log(memory / before[what][1]) / grown, 2)
            print(json.dumps(row), flush=True)
        before, size = found, people


if __name__ == "__main__":
    main()
