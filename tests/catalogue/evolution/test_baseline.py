from datetime import date

import numpy as np
import polars as pl
import pytest

from nanoward.catalogue.evolution.baseline import (
    FIRST,
    LOT,
    LotRecords,
    ObservedSample,
    alleles_of,
    changes,
    divergence_from_baseline,
    hosts,
    jointly_callable,
    observed_samples,
    row_of,
    settled_changes,
)

READABLE = {"c": np.ones(10, bool)}
FACTORS = {
    "contig": pl.String,
    "position": pl.Int64,
    "ref": pl.String,
    "alt": pl.String,
    "frequency": pl.Float64,
}


def seen(day: int, **alleles: float) -> ObservedSample:
    """alleles: c3A=0.4 is A at position 3."""
    found: dict[tuple[str, int], dict[str, float]] = {}
    for name, share in alleles.items():
        found.setdefault(("c", int(name[1:-1])), {})[name[-1]] = share
    return ObservedSample(
        sample=f"s{day}", taken=date(2026, 1, day), alleles=found, readable=READABLE
    )


def lot(*rows: tuple[int, str, str, float]) -> pl.DataFrame:
    return pl.DataFrame([("c", *row) for row in rows], schema=FACTORS, orient="row")


def test_a_recipient_starts_with_the_variants_of_the_lot() -> None:
    own = [seen(5, c3A=0.4, c7G=0.3)]
    lots = LotRecords(
        of={"p": ["L1"]},
        variants={"L1": lot((3, "C", "A", 0.1))},
        dosed={"p": date(2026, 1, 1)},
    )
    (host,) = hosts({"p": own}, lots)
    assert (host.baseline.kind, host.baseline.day) == (LOT, date(2026, 1, 1))
    assert changes(host, own[0]) == {("c", 7, "G"): 0.3}  # A was in the lot
    assert divergence_from_baseline(host, own[0]) == pytest.approx(
        0.3 + 0.3
    )  # |0.4 - 0.1| and 0.3
    assert jointly_callable(host, own[0]) == 10


def test_of_two_lots_the_larger_share_counts() -> None:
    lots = LotRecords(
        of={"p": ["L1", "L2"]},
        variants={"L1": lot((3, "C", "A", 0.1)), "L2": lot((3, "C", "A", 0.4))},
    )
    (host,) = hosts({"p": [seen(5, c3A=0.4)]}, lots)
    assert host.baseline.alleles == {("c", 3): {"A": 0.4}}
    assert host.baseline.day is None


def test_without_a_sequenced_lot_the_first_sample_is_the_start() -> None:
    own = [seen(1, c3A=0.1), seen(9, c3A=0.4, c7G=0.3)]
    (host,) = hosts({"p": own}, LotRecords(of={"p": ["L1"]}))
    assert (host.baseline.kind, host.baseline.lot) == (FIRST, "L1")
    assert changes(host, own[0]) == {}
    assert changes(host, own[1]) == {("c", 7, "G"): 0.3}


def test_the_reference_that_comes_back_is_a_change() -> None:
    own = [seen(1, c3A=1.0), seen(9)]
    (host,) = hosts({"p": own}, LotRecords())
    assert changes(host, own[1]) == {("c", 3, ""): 1.0}
    assert row_of(("c", 3, ""), {"c": "ACGTACGTAC"}) == {
        "contig": "c", "position": 3, "ref": "G", "alt": "G",
    }  # fmt: skip


def test_what_either_cannot_tell_is_no_change() -> None:
    dark = {"c": np.array([True] * 6 + [False] * 4)}
    first = ObservedSample(sample="a", taken=date(2026, 1, 1), alleles={}, readable=dark)
    later = seen(9, c3A=0.5, c7G=0.5)
    (host,) = hosts({"p": [first, later]}, LotRecords())
    assert changes(host, later) == {("c", 3, "A"): 0.5}
    assert jointly_callable(host, later) == 6
    assert not later.is_callable(("d", 1))


def test_a_rare_change_is_settled_only_where_two_samples_have_it() -> None:
    own = [seen(1), seen(2, c3A=0.03, c7G=0.03, c8T=0.2), seen(3, c3A=0.02)]
    (host,) = hosts({"p": own}, LotRecords())
    assert settled_changes(host) == {
        ("c", 3, "A"): {"s2": 0.03, "s3": 0.02},
        ("c", 8, "T"): {"s2": 0.2},
    }


def test_samples_are_gathered_by_person_and_day() -> None:
    profiles = pl.DataFrame(
        {
            "sample": ["b", "a", "x"],
            "participant": ["p", "p", "q"],
            "taken": [date(2026, 1, 2), date(2026, 1, 1), date(2026, 1, 1)],
            "typed_as": ["agent", "agent", "other"],
        }
    )
    aligned = pl.DataFrame(
        {"sample": ["a", "b"], "contig": ["c", "c"], "sequence": ["AN", "AC"]}
    )
    factors = pl.DataFrame(
        {
            "sample": ["b", "b"],
            "contig": ["c", "c"],
            "position": [2, 2],
            "ref": ["C", "C"],
            "alt": ["T", "CAA"],
            "frequency": [0.5, 0.25],
        }
    )
    found = observed_samples(profiles, aligned, factors)
    assert [one.sample for one in found["p"]] == ["a", "b"]
    assert "q" not in found
    assert not found["p"][0].is_callable(("c", 2))
    assert found["p"][1].alleles == {("c", 2): {"T": 0.5, "C>CAA": 0.25}}
    assert alleles_of(factors) == found["p"][1].alleles
