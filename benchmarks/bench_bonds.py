"""True false-discovery rate and recall of bonds over simulated worlds of every kind.

python benchmarks/bench_bonds.py [--worlds 20] [--lot | --wild] [--weeks 6]
With --weeks the people come in so many groups of equal size, one a round, and a pair is tested
once, in the round in which the second of the two comes (`follow_bonds`).
"""

import argparse
import time

import numpy as np
import polars as pl

from nanoward.bonds import (
    BondRules,
    HypothesisBatch,
    batch_benjamini_hochberg,
    benjamini_hochberg,
    called_bonds,
    contacts_by_pair,
    participants_to_compare,
    stratum_bonds,
)
from nanoward.flows.bonds.control_fdr_online import weighted_p
from nanoward.simulation.worlds.bond_worlds import KINDS, BondWorld, bond_world


def called(world: BondWorld, rules: BondRules) -> set[tuple[str, str]]:
    people, _ = participants_to_compare(world.samples, world.profiles, rules)
    contacts, _ = contacts_by_pair(world.contacts, frozenset(world.samples["participant"]))
    pairs = stratum_bonds(people, world.aligned, world.factors, contacts, rules)
    bonds, _ = called_bonds(pairs, rules)
    return set(bonds.filter(pl.col("linked")).select("a", "b").rows())


def called_weekly(world: BondWorld, rules: BondRules, weeks: int) -> set[tuple[str, str]]:
    """Pairs that are called for good over all rounds."""
    people, _ = participants_to_compare(world.samples, world.profiles, rules)
    contacts, _ = contacts_by_pair(world.contacts, frozenset(world.samples["participant"]))
    order = np.random.default_rng(len(people)).permutation(len(people)) % weeks
    tested, calls = set[tuple[str, str]](), set[tuple[str, str]]()
    batches: list[HypothesisBatch] = []
    for week in range(weeks):
        here = tuple(one for one, at in zip(people, order, strict=True) if at <= week)
        pairs = stratum_bonds(here, world.aligned, world.factors, contacts, rules)
        bonds, _ = called_bonds(pairs, rules)
        rows = bonds.select("a", "b").rows()
        fresh = bonds.filter(pl.Series([row not in tested for row in rows]))
        p = weighted_p(fresh)
        batches.append(batch_benjamini_hochberg(p, batches, rules.alpha))
        hit = benjamini_hochberg(p) <= batches[-1].level
        calls |= set(fresh.filter(pl.Series(hit)).select("a", "b").rows())
        tested |= set(rows)
    return calls


def measure(kind: str, seeds: range, weeks: int, *, from_lot: bool) -> None:
    rules = BondRules(lot_is_common_source=from_lot, linked_differences=15.0)
    start, shares = time.process_time(), []
    calls = right = true = with_false = 0
    for seed in seeds:
        world = bond_world(kind, seed, from_lot=from_lot)
        pairs = called_weekly(world, rules, weeks) if weeks else called(world, rules)
        links = set(world.links)
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
    given.add_argument("--weeks", type=int, default=0)
    options = given.parse_args()
    seeds = range(options.worlds)
    print(
        "| agent | kind | called | mean false share | recall | worlds with a false call | s |"
    )
    print("|---|---|---|---|---|---|---|")
    for from_lot, wanted in ((True, not options.wild), (False, not options.lot)):
        for kind in KINDS if wanted else ():
            if from_lot or kind != "lot contamination":
                measure(kind, seeds, options.weeks, from_lot=from_lot)
        if wanted:
            many = range(1000, 1000 + 3 * options.worlds)
            measure("no transmission", many, options.weeks, from_lot=from_lot)


if __name__ == "__main__":
    main()
