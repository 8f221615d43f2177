"""lifelines' Aalen-Johansen beside R's etm on real pregnancies; in an environment of its own.

    python lifelines_pregnancies.py DATA/pregnancies

Prints the share of losses by group for three seeds: ties are jittered, so that it changes.
"""

import csv
import sys
import warnings
from pathlib import Path

import numpy as np

TRUTH = {0: 0.16078, 1: 0.36232}


def main(folder: Path) -> None:
    from lifelines import AalenJohansenFitter

    warnings.simplefilter("ignore")
    rows = list(csv.DictReader((folder / "coumarin.csv").open()))
    for group, truth in TRUTH.items():
        own = [row for row in rows if int(row["group"]) == group]
        entry, exit_, cause = (
            np.array([float(row[name]) for row in own])
            for name in ("entry_week", "exit_week", "cause")
        )
        found = []
        for seed in range(3):
            fitter = AalenJohansenFitter(seed=seed, calculate_variance=False)
            try:
                fitter.fit(exit_, cause.astype(int), event_of_interest=3, entry=entry)
                found.append(f"{float(fitter.cumulative_density_.iloc[-1, 0]):.5f}")
            except Exception as fault:  # noqa: BLE001 - whatever it is, it is told
                found.append(type(fault).__name__)
        print(f"group {group}: truth {truth}, lifelines {', '.join(found)}, "
              f"crude {(cause == 3).mean():.5f}")  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
