"""What cases show together, and how few may be shown."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from tests.programme.pregnancies.test_cases import DAY, dated, ended, reported

from nanoward.base.entries.pregnancies import PregnancyDated
from nanoward.programme.pregnancies.cases import pregnancy_register
from nanoward.programme.pregnancies.registry import (
    gestation_record,
    incidence_rows,
    registry_counts,
    rows_of,
)
from nanoward.programme.pregnancies.term_model import BIRTH, LOSS, ONGOING

CONCEIVED = (DAY - timedelta(30), DAY - timedelta(24))


def test_a_case_becomes_a_record_by_its_days() -> None:
    later = DAY + timedelta(200)
    known = pregnancy_register([reported(), dated(*CONCEIVED), ended(day=later)]).case("c")
    record = gestation_record(known, later)
    assert record is not None
    assert (record.width, record.entry, record.cause, record.low) == (7, 30, BIRTH, 230)
    lost = pregnancy_register([reported(), dated(*CONCEIVED), ended("ectopic")]).case("c")
    assert getattr(gestation_record(lost, DAY), "cause", None) == LOSS
    gone = pregnancy_register([reported(), dated(*CONCEIVED), ended("lost")]).case("c")
    assert getattr(gestation_record(gone, DAY), "cause", None) == ONGOING


@pytest.mark.hazard("H-349")
def test_a_scan_that_assumes_ordinary_growth_teaches_no_term() -> None:
    first, last = CONCEIVED
    scan = PregnancyDated(case="c", participant="P1", earliest=first, latest=last,
                          evidence="scan", assumes_growth=True, by="n")  # fmt: skip
    known = pregnancy_register([reported(), scan]).case("c")
    assert gestation_record(known, DAY) is None
    assert gestation_record(pregnancy_register([reported()]).case("c"), DAY) is None
    assert incidence_rows([known], DAY) == ()


@pytest.mark.hazard("H-346")
def test_incidences_show_the_simple_rates_beside() -> None:
    entry = np.array([4.0] * 20 + [10.0] * 20)
    exit_ = np.array([8.0] * 5 + [40.0] * 35)
    cause = np.array([2] * 5 + [1] * 35)
    birth, loss, induced = rows_of(entry, exit_, cause)
    assert (loss.events, induced.events) == (5, 0)
    assert loss.share == pytest.approx(0.25)
    assert loss.crude == pytest.approx(0.125)  # half of the truth: the late ones never could
    assert birth.low <= birth.share <= birth.high


def test_small_cells_are_for_the_closed_part_alone() -> None:
    (row,) = registry_counts([pregnancy_register([reported()]).case("c")])
    assert (row.reports, row.outcome, row.count) == ("prospective", "ongoing", 1)
    assert row.shown(closed=False) == "under 5"
    assert row.shown(closed=True) == "1"


def test_an_end_within_a_week_is_a_record_of_that_week() -> None:
    first = DAY + timedelta(200)
    within = replace(ended(day=first), last=first + timedelta(6))
    known = pregnancy_register([reported(), dated(*CONCEIVED), within]).case("c")
    record = gestation_record(known, first + timedelta(9))
    assert record is not None
    assert (record.low, record.high) == (230, 237)
