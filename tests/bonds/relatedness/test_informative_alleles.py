import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from nanoward.base.tables import ALIGNED, FACTORS
from nanoward.bonds import BondRules, ComparedParticipant
from nanoward.bonds.direction.direction import chances_from_shares
from nanoward.bonds.relatedness.informative_alleles import (
    carry_over_alleles,
    informative_alleles,
    seen_in_lots,
)
from nanoward.bonds.relatedness.link_score import rarity
from nanoward.maths.frames import frame_of
from nanoward.maths.genetics.allele_distances import distances
from nanoward.maths.genetics.allele_frequencies import rows_of, table_of_shares
from nanoward.maths.genetics.allele_tables import allele_table

sys.path.insert(0, str(Path(__file__).parents[2] / "oracles"))
import dense_alleles
import slow_pairs


def person(name: str, run: str = "") -> ComparedParticipant:
    return ComparedParticipant(
        participant=name, stratum="x", sample=name, taken=date(2026, 1, 1), run=run
    )


def table_of(rows: list[tuple[str, int, float]], names: list[str], length: int = 8):
    text = {
        name: "".join(
            "G" if (name, k + 1) in {(n, p) for n, p, f in rows if f >= 0.5} else "A"
            for k in range(length)
        )
        for name in names
    }
    aligned = ({"sample": n, "contig": "c", "sequence": text[n]} for n in names)
    factors = (
        {"sample": n, "contig": "c", "position": p, "ref": "A", "alt": "G", "frequency": f}
        for n, p, f in rows
    )
    return allele_table(names, frame_of(ALIGNED, aligned), frame_of(FACTORS, factors))


def test_a_minor_allele_that_a_neighbour_of_the_run_has_at_consensus_is_no_evidence() -> None:
    names = ["a", "b", "c"]
    table = table_of([("a", 1, 1.0), ("b", 1, 0.03), ("c", 1, 0.03), ("b", 2, 0.2)], names)
    found = carry_over_alleles(table, ["R1", "R1", "R2"], 0.05)
    shown = [(table.sample[k], table.site[k], table.allele[k]) for k in np.flatnonzero(found)]
    assert shown == [(1, 0, 2)]  # b, first site, G
    assert not carry_over_alleles(table, ["", "", ""], 0.05).any()


def test_a_site_that_changed_in_unrelated_hosts_weighs_less() -> None:
    names = [f"s{k}" for k in range(8)]
    rows = [(n, p, 1.0) for n in names[:4] for p in (1, 2, 3)]
    rows += [(n, 4, 1.0) for n in ("s0", "s5", "s7")]
    table = table_of(rows, names)
    people = [person(n) for n in names]
    evidence = informative_alleles(table, people, distances(table), BondRules())
    weight = dict(zip([site[1] for site in table.sites], evidence.weights, strict=True))
    assert weight[1] == weight[2] == 1.0
    assert weight[4] == 1 / 2  # s5 and s7 lie together


def test_what_was_seen_in_a_lot_is_marked_for_those_who_received_that_lot() -> None:
    table = table_of([("a", 1, 0.3), ("b", 1, 0.4), ("lot", 1, 0.01)], ["a", "b", "lot"])
    seen = seen_in_lots(table, {"L1": [2]})
    assert np.argwhere(seen["L1"]).tolist() == [[0, 0], [0, 2]]  # A and, at 1 %, G
    people = [replace(person("a"), lot="L1"), replace(person("b"), lot="L2")]
    own = rows_of(table, [0, 1])
    evidence = informative_alleles(own, people, distances(own), BondRules(), seen)
    own, other = evidence.of_lot[evidence.lots]
    assert own[0].tolist() == [True, False, True, False, False]
    assert not other.any()


@pytest.mark.parametrize("minor_only", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_evidence_of_pairs_is_that_of_the_dense_way_to_the_last_bit(
    seed: int, minor_only: bool
) -> None:
    """Runs, lots with their own samples, blanks, mixtures, alleles that few or most hold."""
    chance = np.random.default_rng(seed)
    count, sites = 24, 60
    usual = chance.integers(0, 4, sites)
    shares = np.zeros((count, sites, 5))
    shares[:, np.arange(sites), usual] = 1.0
    often = chance.random(sites) * 0.6
    odd = chance.random((count, sites)) < often
    part = np.round(chance.random((count, sites)) * 2**20) / 2**20
    kind = chance.random((count, sites))
    part = np.where(kind < 0.4, 1.0, np.where(kind < 0.6, 0.04, part))
    for k, site in np.argwhere(odd):
        shares[k, site] = 0.0
        shares[k, site, (usual[site] + 1 + chance.integers(0, 3)) % 5] = part[k, site]
        shares[k, site, usual[site]] = 1 - part[k, site]
    readable = chance.random((count, sites)) < 0.93
    made = {
        "samples": tuple(f"s{k:02d}" for k in range(count)),
        "sites": tuple(("c", at + 1, "") for at in range(sites)),
        "shares": np.where(readable[:, :, None], shares, 0.0),
        "readable": readable,
        "origin": np.where(chance.random(sites) < 0.7, usual, 0),
        "compared": readable.astype(int) @ readable.astype(int).T,
    }
    new, old = table_of_shares(**made), dense_alleles.AlleleTable(**made)
    people = [
        replace(person(f"s{k:02d}", f"R{k % 3}"), lot=["L1", "L2", ""][k % 3])
        for k in range(count - 2)
    ]
    lots = {"L1": [count - 2], "L2": [count - 1]}
    seen, slow = seen_in_lots(new, lots), slow_pairs.seen_in_lots(old, lots)
    for lot in lots:
        np.testing.assert_array_equal(seen[lot], slow[lot])
    own = rows_of(new, range(count - 2)), dense_alleles.rows_of(old, range(count - 2))
    rules, apart = BondRules(), distances(own[0])
    found = informative_alleles(own[0], people, apart, rules, seen)
    want = slow_pairs.informative_alleles(own[1], people, apart, rules, slow)
    np.testing.assert_array_equal(found.weights, want.weights)
    assert set(found.weights.tolist()) > {1.0}
    gain = rarity(own[0], found, minor_only=minor_only)
    np.testing.assert_array_equal(gain, slow_pairs.rarity(own[1], want, minor_only=minor_only))
    assert gain.any()
    np.testing.assert_array_equal(
        chances_from_shares(own[0], found.carried, found.of_lot, found.lots),
        slow_pairs.chances_from_shares(want.carried & ~want.of_lot, own[1].origin),
    )
