from dataclasses import replace
from datetime import date

import numpy as np

from nanoward.base.tables import ALIGNED, FACTORS
from nanoward.bonds import BondRules, ComparedParticipant
from nanoward.bonds.relatedness.informative_alleles import (
    carry_over_alleles,
    informative_alleles,
    seen_in_lots,
)
from nanoward.maths.frames import frame_of
from nanoward.maths.genetics.allele_frequencies import allele_table, distances, rows_of


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
    assert np.argwhere(found).tolist() == [[1, 0, 2]]  # b, first site, G
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
    assert evidence.of_lot[0, 0].tolist() == [True, False, True, False, False]
    assert not evidence.of_lot[1].any()
