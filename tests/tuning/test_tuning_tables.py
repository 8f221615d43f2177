"""One procedure for a programme's round and for plain files: who is advised, and who is not."""

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from exposures import MODEL, TEXT, goal, table_of

from nanoward.base.findings import Finding
from nanoward.tuning import (
    PeopleAllowed,
    Question,
    SubjectResult,
    TuningOutcome,
    TuningRules,
    TuningTables,
    analyse,
    analyse_subjects,
    read_dynamics,
    target_of,
    wanted,
)
from nanoward.tuning.tuning_tables import WANTED, permitted

QUESTION = Question(model=MODEL, goal=goal(), draws=200)
TABLES = TuningTables(events=table_of(), file="events.csv")


def asked(tables: TuningTables = TABLES, **allowed: Any) -> TuningOutcome:
    return analyse(
        tables, TuningRules(question=QUESTION, seed=7, allowed=PeopleAllowed(**allowed))
    )


def setting(found: TuningOutcome) -> tuple[float | None, str]:
    (row,) = found.tables["recommendations"].to_dicts()
    return row["value"], row["reason"]


def test_tables_are_those_that_the_question_has_answers_for() -> None:
    assert set(asked().tables) == set(wanted(QUESTION)) == {*WANTED} - {"comparisons"}
    plain = replace(QUESTION, goal=None)
    assert "frontier" not in wanted(plain)


def test_whoever_answers_the_tables_are_the_same() -> None:
    rules, names = TuningRules(question=QUESTION, seed=7), []

    def elsewhere(people: Any) -> list[SubjectResult]:
        names.extend(one.name for one in people)
        return [analyse_subjects(QUESTION, 7, [one])[0] for one in people]

    found, here = analyse(TABLES, rules, elsewhere), analyse(TABLES, rules)
    assert names == ["a"]
    assert all(one.equals(here.tables[name]) for name, one in found.tables.items())
    assert found.facts == here.facts
    assert found.facts["people"] == found.facts["converged"] == 1
    assert found.facts["recommended"] == 1


@pytest.mark.hazard("H-445")
def test_who_may_not_be_advised_keeps_the_fit_and_loses_the_setting() -> None:
    value, _ = setting(asked())
    assert value is not None
    assert setting(asked(standing={"a": "cleared"}))[0] == value
    cases: dict[str, dict[str, Any]] = {
        "pregnant, by a test": {"expecting": {"a": "a test"}},
        "no standing": {"standing": {}},
        "standing is recalled": {"standing": {"a": "recalled"}},
        "rests on a guess (events)": {"guesses": ("events",)},
    }
    for reason, allowed in cases.items():
        found = asked(**allowed)
        told = setting(found)
        assert told[0] is None
        assert reason in told[1]
        assert found.tables["fits"].height == 2
        assert found.facts["refused"] == 1


def test_a_pregnancy_is_the_reason_also_where_the_standing_allows() -> None:
    found = asked(standing={"a": "cleared"}, expecting={"a": "a test"})
    assert setting(found) == (None, "is pregnant, by a test: nothing is recommended")


def test_a_dose_lost_in_reading_leaves_its_person_without_a_fit() -> None:
    lost = Finding(
        code="FMT-1", severity="error", message="", next_step="", file="events.csv", line=2,
        column="AMT", subject="a",
    )  # fmt: skip
    found = asked(replace(TABLES, findings=[lost]))
    assert found.tables["fits"].height == 0
    assert [one.subject for one in found.undecided] == ["a"]
    assert "a dose may be lost" in found.undecided[0].reason
    # what was seen of them is shown all the same, without a prediction
    assert found.tables["observed"]["predicted"].null_count() == 2


def test_moves_are_part_of_the_answer_and_strangers_are_told() -> None:
    moved = pl.DataFrame(
        {"participant": ["b"], "time": [5.0], "value": [50.0], "before": [None],
         "how": ["moved"], "day": [None]},
        schema_overrides={"before": pl.Float64, "day": pl.Date},
    )  # fmt: skip
    codes = [one.code for one in asked(replace(TABLES, adjustments=moved)).findings]
    assert codes == ["TUN-124", "TUN-123"]


def test_an_answer_without_a_setting_is_left_as_it_is() -> None:
    target = target_of(
        {"measure": "average", "value": 1.5, "low": 1.0, "high": 2.0, "unit": "mg/L",
         "interval": 24, "lowest": 10, "highest": 20, "step": 10}
    )  # fmt: skip
    question = replace(QUESTION, goal=None, target=target, model=read_dynamics(TEXT))
    one = SubjectResult(participant="a", recommendation=None)
    known = PeopleAllowed(expecting={"a": "a test"})
    assert permitted(question, None, one, known) is one  # type: ignore[arg-type]
