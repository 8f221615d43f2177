"""True false-discovery rate and recall of bonds over simulated worlds of every kind.

python benchmarks/bench_bonds.py [--worlds 20] [--lot | --wild]
"""

import argparse
import time

import numpy as np
import polars as pl

from nanoward.bonds import (
    BondRules,
    contacts_by_pair,
    judged_bonds,
    people_to_compare,
    stratum_bonds,
)
from nanoward.simulation.bond_worlds import KINDS, BondWorld, bond_world


def called(world: BondWorld, rules: BondRules) -> set[tuple[str, str]]:
    people, _ = people_to_compare(world.samples, world.profiles, rules)
    contacts, _ = contacts_by_pair(world.contacts, frozenset(world.samples["participant"]))
    pairs = stratum_bonds(people, world.aligned, world.factors, contacts, rules)
    bonds, _ = judged_bonds(pairs, rules)
    return set(bonds.filter(pl.col("linked")).select("a", "b").rows())


def measure(kind: str, seeds: range, *, from_lot: bool) -> None:
    rules = BondRules(lot_is_common_source=from_lot, linked_differences=15.0)
    start, shares = time.process_time(), []
    calls = right = true = with_false = 0
    for seed in seeds:
        world = bond_world(kind, seed, from_lot=from_lot)
        pairs, links = called(world, rules), set(world.links)
        calls, right, true = calls + len(pairs), right + len(pairs & links), true + len(links)
        shares.append(len(pairs - links) / max(len(pairs), 1))
        with_false += bool(pairs - links)
    recall = f"{right / true:.3f} of {true}" if true else "-"
    took = (time.process_time() - start) / len(seeds)
    print(
        f"| {'one lot' if from_lot else 'wild'} | {kind} | {calls} | {np.mean(shares):.3f} "
        f"| {recall} | {with_false} of {len(seeds)} | {took:.2f} |",
        flush=True,
    )


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--worlds", type=int, default=20)
    given.add_argument("--lot", action="store_true")
    given.add_argument("--wild", action="store_true")
    options = given.parse_args()
    seeds = range(options.worlds)
    print(
        "| agent | kind | called | mean false share | recall | worlds with a false call | s |"
    )
    print("|---|---|---|---|---|---|---|")
    for from_lot, wanted in ((True, not options.wild), (False, not options.lot)):
        for kind in KINDS if wanted else ():
            if from_lot or kind != "lot contamination":
                measure(kind, seeds, from_lot=from_lot)
        if wanted:
            many = range(1000, 1000 + 3 * options.worlds)
            measure("no transmission", many, from_lot=from_lot)


if __name__ == "__main__":
    main()
