"""Every table that a round writes says what it was made from."""

from hypothesis import given
from hypothesis import strategies as st

from nanoward.base import tables
from nanoward.base.evidence import GUESSED, INFERRED, MEASURED, Lineage
from nanoward.base.tables.lineage import (
    EVIDENCE,
    ORDERED_RAISE,
    RAISE,
    TABLE_STEPS,
    evidence_names,
    lineage_of_tables,
)

SHAPES = {one.name: one for one in tables.FOUND}


def test_every_table_of_a_round_has_a_step_and_every_column_step_a_column() -> None:
    assert set(SHAPES) - set(TABLE_STEPS) == {EVIDENCE.name}
    for name in TABLE_STEPS:
        table, _, column = name.partition(".")
        assert table in SHAPES, name
        if column:
            assert SHAPES[table].column(column) is not None, name


def test_no_step_runs_in_a_circle() -> None:
    lineage = Lineage(steps=TABLE_STEPS)
    for name, step in TABLE_STEPS.items():
        for one in step.inputs:
            assert name not in lineage.rests_on(one), (name, one)


def test_a_raise_rests_on_the_standing_and_on_what_it_was_decided_by() -> None:
    for raise_, other in ((RAISE, "events"), (ORDERED_RAISE, "readings")):
        inputs = lineage_of_tables({}).inputs(raise_)
        assert {"sdtm.AE", "sdtm.LB", other} <= set(inputs)
    assert lineage_of_tables({}).grade(RAISE) == INFERRED
    assert lineage_of_tables({}).grade(ORDERED_RAISE) == MEASURED


@given(st.sampled_from(sorted(evidence_names())))
def test_whatever_a_plan_may_state_is_a_name_that_something_rests_on(name: str) -> None:
    lineage = lineage_of_tables({name: GUESSED})
    assert lineage.grade(name) == GUESSED
    assert lineage.guesses(name) == (name,)
