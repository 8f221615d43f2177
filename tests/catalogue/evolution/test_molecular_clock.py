from datetime import date, timedelta

import numpy as np
import pytest

from nanoward.catalogue.evolution.baseline import LotRecords, ObservedSample, hosts
from nanoward.catalogue.evolution.molecular_clock import (
    FASTEST_OF_ALL,
    clock_findings,
    clock_table,
    fastest_clock,
)

START = date(2026, 3, 1)
LENGTH = 30_000
READABLE = {"c": np.ones(LENGTH, bool)}


def seen(name: str, day: int, count: int, share: float = 1.0) -> ObservedSample:
    """A sample with so many letters that are not the lot's."""
    alleles = {("c", 100 * at + 1): {"A": share} for at in range(count)}
    return ObservedSample(
        sample=name, taken=START + timedelta(day), alleles=alleles, readable=READABLE
    )


def told(*samples: ObservedSample, clock: float = 1e-3, dosed: bool = True) -> list[str]:
    lots = LotRecords(
        of={"p": ["L"]},
        variants={"L": _empty()},
        dosed={"p": START} if dosed else {},
    )
    return clock_table(hosts({"p": list(samples)}, lots), clock)["sample"].to_list()


def _empty():  # type: ignore[no-untyped-def]
    import polars as pl

    kinds = (pl.String, pl.Int64, pl.String, pl.String, pl.Float64)
    names = ("contig", "position", "ref", "alt", "frequency")
    return pl.DataFrame(schema=dict(zip(names, kinds, strict=True)))


@pytest.mark.hazard("H-267")
def test_two_hundred_fixed_differences_in_a_week_are_told() -> None:
    assert told(seen("s", 7, 200)) == ["s"]
    assert told(seen("s", 7, 200), clock=FASTEST_OF_ALL) == ["s"]
    assert told(seen("s", 7, 200, share=0.4)) == []  # minor variants are not fixed


@pytest.mark.hazard("H-267")
def test_between_two_samples_no_day_of_a_dose_is_needed() -> None:
    assert told(seen("a", 0, 0), seen("b", 7, 200), dosed=False) == ["b"]
    assert told(seen("a", 0, 200), seen("b", 7, 200), dosed=False) == []


def test_what_a_clock_allows_is_no_finding() -> None:
    assert told(seen("s", 7, 3)) == []
    assert told(seen("s", 0, 5)) == []  # errors of sequencing
    slow = [seen(f"s{year}", 365 * year, 30 * year) for year in range(1, 4)]
    assert told(*slow) == []


def test_a_spec_may_state_a_faster_clock_and_never_a_slower_limit() -> None:
    assert fastest_clock("microbe") == 1e-3
    assert fastest_clock("virus") == fastest_clock("") == FASTEST_OF_ALL
    assert fastest_clock("microbe", [3e-3]) == pytest.approx(3e-2)
    assert fastest_clock("microbe", [1e-7]) == 1e-3


def test_the_finding_names_sample_days_and_what_to_do() -> None:
    lots = LotRecords(of={"p": ["L"]}, variants={"L": _empty()}, dosed={"p": START})
    (finding,) = clock_findings(clock_table(hosts({"p": [seen("s", 7, 200)]}, lots), 1e-3))
    assert (finding.code, finding.subject) == ("CAT-060", "p")
    assert "200 changes fixed in 7 days since L" in finding.message
