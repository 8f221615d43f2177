from datetime import date

import polars as pl
import pytest

from nanoward.base.plan import Plan
from nanoward.flows.catalogue.find_strains import find_strains
from nanoward.flows.steps.step_outcome import Materials

PLAN = Plan(name="x", title="x", sha256="")


def given(dosed: date | None = date(2026, 1, 5), *, unknown: bool = False) -> Materials:
    """Thirty people without the product who show a few markers, one who shows all."""
    people = [f"n{k:02d}" for k in range(30)] + ["d"]
    samples = pl.DataFrame(
        {"sample": people, "participant": people, "taken": [date(2026, 1, 20)] * 31,
         "dosed": [None] * 30 + [dosed]},
        schema_overrides={"dosed": pl.Date},
    )  # fmt: skip
    rows = [
        {"sample": who, "strain": strain, "n_markers_detected": float(k % 5),
         "n_markers_total": 1000.0, "mean_marker_depth": 0.01}
        for k, who in enumerate(people[:30]) for strain in "ABCDEFGH"
    ]  # fmt: skip
    rows += [
        {"sample": "d", "strain": one, "n_markers_detected": 1000.0 * (one == "A"),
         "n_markers_total": 1000.0, "mean_marker_depth": 9.0 * (one == "A")}
        for one in "ABCDEFGH"
    ]  # fmt: skip
    if unknown:
        rows.append({**rows[0], "sample": "z"})
    return Materials(tables={"samples": samples, "markers": pl.DataFrame(rows)}, sources={})


def test_a_round_tells_which_strain_is_there_from_its_table_of_markers() -> None:
    told = find_strains(PLAN, given())
    present = told.tables["presence"].filter("present")
    assert present.select("sample", "strain").rows() == [("d", "A")]
    assert told.facts["strains present, of strain-samples after a dose"] == "1 of 8"
    assert told.tables["presence"]["control"].sum() == 240


@pytest.mark.hazard("H-214")
def test_a_sample_that_nobody_knows_is_told_and_left_out() -> None:
    told = find_strains(PLAN, given(unknown=True))
    assert [(one.code, one.subject) for one in told.findings] == [("BND-013", "z")]
    assert "z" not in told.tables["presence"]["sample"]


def test_without_anybody_undosed_it_cannot_be_told() -> None:
    told = find_strains(PLAN, given(dosed=None))
    assert told.tables == {}
    assert [one.room for one in told.undecided] == ["catalogue"]


def test_a_programme_without_markers_is_asked_nothing() -> None:
    assert find_strains(PLAN, Materials(tables={}, sources={})).tables == {}
