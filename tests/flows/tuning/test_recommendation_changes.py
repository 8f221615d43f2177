"""A plan that changed is told with both settings; who is gone has none any more."""

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from nanoward.base.entries import RecommendationRefused, SettingRecommended
from nanoward.flows.tuning.recommendation_changes import (
    changed_plan,
    differences,
    flat,
    kept_question,
    last_settings,
    unasked,
    vanished,
)
from nanoward.testing.fakes import MemoryBlobs, MemoryLedger
from nanoward.tuning import question_of

PLAN = """
model = "vancomycin-2cpt"
[target]
measure = "trough"
value = 15
low = 10
high = 20
unit = "mg/L"
interval = 12
lowest = 250
highest = 3000
step = 250
"""


@dataclass
class Part:
    ledger: MemoryLedger
    blobs: MemoryBlobs


def recommended(name: str, question: str) -> SettingRecommended:
    return SettingRecommended(
        participant=name, setting="dose", value=750.0, unit="mg", target=15.0, expected=15.0,
        low=10.0, high=20.0, probability=0.8, model_sha256="m", question_sha256=question,
    )  # fmt: skip


def site() -> tuple[Any, str]:
    ports: Any = Part(MemoryLedger(), MemoryBlobs())
    asked = kept_question(ports.blobs, question_of(tomllib.loads(PLAN)))
    entries = [recommended(name, asked) for name in ("a", "b")]
    ports.ledger.append(entries, actor="t", at=datetime(2026, 1, 1, tzinfo=UTC))
    return ports, asked


@pytest.mark.hazard("H-229")
def test_a_limit_that_changed_is_told_with_the_old_and_the_new_setting() -> None:
    ports, asked = site()
    row = {"participant": "a", "setting": "dose", "value": 1000.0, "unit": "mg"}
    assert changed_plan(ports, asked, [row]) == ()
    wider = question_of(tomllib.loads(PLAN.replace("high = 20", "high = 40")))
    (told,) = changed_plan(ports, kept_question(ports.blobs, wider), [row])
    assert "target.high was 20, is 40" in told.message
    assert "a 750 mg -> 1000 mg" in told.message


@pytest.mark.hazard("H-229")
def test_who_is_no_longer_in_the_table_gets_nothing() -> None:
    ports, _ = site()
    entries, findings, undecided = vanished(ports, {"a"}, "data/events.csv")
    assert [one.participant for one in entries] == ["b"]
    assert findings[0].severity == "error"
    assert undecided[0].subject == "b"
    refused = RecommendationRefused(participant="b", setting="dose", reason="gone")
    ports.ledger.append([refused], actor="t", at=datetime(2026, 1, 2, tzinfo=UTC))
    assert vanished(ports, {"a"}, "data/events.csv")[0] == ()


@pytest.mark.hazard("H-271")
def test_a_refusal_between_or_another_name_hides_no_changed_plan() -> None:
    ports, asked = site()
    refused = RecommendationRefused(participant="a", setting="dose", reason="a fault")
    ports.ledger.append([refused], actor="t", at=datetime(2026, 1, 2, tzinfo=UTC))
    assert last_settings(ports)["a"].value == 750.0
    wider = kept_question(
        ports.blobs, question_of(tomllib.loads(PLAN.replace("high = 20", "high = 40")))
    )
    row = {"participant": "a", "setting": "another", "value": 1000.0, "unit": "mg"}
    assert "a 750 mg -> 1000 mg" in changed_plan(ports, wider, [row])[0].message
    assert changed_plan(ports, asked, [row]) == ()


@pytest.mark.hazard("H-271")
def test_without_a_plan_for_settings_nobody_keeps_one() -> None:
    ports, _ = site()
    entries, findings, undecided = unasked(ports, "the plan has no section [tuning] any more")
    assert [one.participant for one in entries] == ["a", "b"]
    assert "the setting of 750 mg is not upheld" in findings[0].message
    assert [one.subject for one in undecided] == ["a", "b"]
    empty: Any = Part(MemoryLedger(), MemoryBlobs())
    assert unasked(empty, "x") == ((), (), ())


def test_differences_of_plans_that_are_not_kept_say_so() -> None:
    assert "no longer kept" in differences(MemoryBlobs(), "0" * 64, "1" * 64)
    assert flat({"a": [{"name": "x", "b": 1}]}) == {"a.x.name": "x", "a.x.b": 1}
