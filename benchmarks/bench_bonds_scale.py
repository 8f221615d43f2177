"""What pairs cost as people grow: one stratum compared, judged and explained.

python benchmarks/bench_bonds_scale.py --people 250 500 1000 2000

People carry an agent of 16 kb with some sixty minor and fixed changes each, of which a third
are shared by some of the others; every tenth is like somebody whom they met. Each size is a
process of its own: processor seconds, the most memory it held, and the exponent of growth.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import time
from datetime import date, timedelta
from typing import Any

LENGTH, OWN, COMMON = 16_000, 40, 4_000


def world(people: int, seed: int) -> tuple[Any, Any, Any, Any]:
    import numpy as np
    import polars as pl

    from nanoward.bonds import ComparedParticipant

    chance = np.random.default_rng(seed)
    letters = np.array(list("ACGT"))[chance.integers(0, 4, LENGTH)]
    rate = chance.pareto(1.2, COMMON).clip(0, 200) / 4000
    sites = chance.choice(LENGTH, COMMON, replace=False)
    rows: dict[str, list[Any]] = {name: [] for name in ("sample", "position", "frequency")}
    aligned, held, before = [], [], None
    for k in range(people):
        own = np.union1d(sites[chance.random(COMMON) < rate], chance.choice(LENGTH, OWN))
        share = np.where(
            chance.random(len(own)) < 0.4, 1.0, chance.uniform(0.03, 0.4, len(own))
        )
        if k % 10 == 1 and before is not None:
            own, share = before
        before = own, share
        text = letters.copy()
        whole = own[share == 1.0]
        text[whole] = np.where(letters[whole] == "A", "G", "A")
        text[chance.choice(LENGTH, 200, replace=False)] = "N"
        aligned.append("".join(text.tolist()))
        rows["sample"] += [f"s{k:05d}"] * len(own)
        rows["position"] += (own + 1).tolist()
        rows["frequency"] += share.tolist()
        held.append(
            ComparedParticipant(
                participant=f"p{k:05d}", stratum="x", sample=f"s{k:05d}",
                taken=date(2026, 1, 1) + timedelta(int(chance.integers(0, 180))),
                apart=(f"h{k // 3}", f"S{k % 4}"), lot="L", run=f"r{k // 96}",
            )
        )  # fmt: skip
    factors = pl.DataFrame(rows).with_columns(
        contig=pl.lit("c"), depth=pl.lit(200),
        ref=pl.Series(letters[np.array(rows["position"]) - 1]),
    )  # fmt: skip
    factors = factors.with_columns(
        alt=pl.when(pl.col("ref") == "A").then(pl.lit("G")).otherwise(pl.lit("A"))
    )
    names = [one.sample for one in held]
    table = pl.DataFrame({"sample": names, "contig": ["c"] * people, "sequence": aligned})
    met = {
        (held[k].participant, held[k + 1].participant): ("household",)
        for k in range(0, people - 1, 2)
    }
    return tuple(held), table, factors, met


def measured(people: int) -> None:
    import polars as pl

    from nanoward.bonds import BondRules
    from nanoward.flows.bonds.analyse_bonds import Past, analyse

    held, aligned, factors, met = world(people, 7)
    samples = pl.DataFrame(
        [(one.sample, one.participant, one.taken, one.lot, one.run, *one.apart, "x")
         for one in held],
        ["sample", "participant", "taken", "lot", "run", "household", "site", "lineage"],
        orient="row",
    ).with_columns(dosed=pl.lit(None, pl.Date))  # fmt: skip
    profiles = samples.select("sample", readable=pl.lit(LENGTH), typed_as=pl.lit("agent"))
    rows = [(a, b, "household", 2.0) for a, b in met]
    contacts = pl.DataFrame(rows, ["a", "b", "kind", "hours"], orient="row")
    rules = BondRules(strata=("lineage",), lot_is_common_source=True, clock_per_site_year=5e-3)
    tables = {"samples": samples, "profiles": profiles, "aligned": aligned,
              "factors": factors, "contacts": contacts}  # fmt: skip
    start = time.process_time()
    told = analyse(tables, rules, Past(day=date(2026, 8, 1)))
    took = time.process_time() - start
    with open("/proc/self/status", encoding="ascii") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    row = {"people": people, "pairs": told.facts["pairs compared"],
           "kept": told.tables["bonds"].height, "linked": told.facts["pairs linked"],
           "cpu_s": round(took, 2), "mb": peak // 1024}  # fmt: skip
    print(json.dumps(row), flush=True)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, nargs="+", default=[250, 500, 1000])
    asked.add_argument("--one", type=int)
    told = asked.parse_args()
    if told.one:
        measured(told.one)
        return
    before: dict[str, float] = {}
    for people in told.people:
        done = subprocess.run(
            [sys.executable, __file__, "--one", str(people)], stdout=subprocess.PIPE, text=True,
            check=True, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )  # fmt: skip
        row = json.loads(done.stdout)
        if before:
            grown = math.log(row["people"] / before["people"])
            row["exponent"] = round(math.log(row["cpu_s"] / before["cpu_s"]) / grown, 2)
        print(json.dumps(row), flush=True)
        before = row


if __name__ == "__main__":
    main()
