"""Before and after, off and on: by hand, with limits of detection, and true to simulations."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from nanoward.tuning import BadTargetError, ComparisonPlan, changes
from nanoward.tuning.outcomes.before_after import last_change

ASKED = ComparisonPlan(benefit="walk", side_effect="nausea", rating="mood", margin=5.0)


def events(name: str, **given: tuple[list[float], list[float]]) -> list[dict[str, Any]]:
    """100 mg at 0, 50 mg at 10; three or more measurements before and after."""
    rows: list[dict[str, Any]] = [
        {"ID": name, "TIME": 0.0, "EVID": 1, "AMT": 100.0},
        {"ID": name, "TIME": 10.0, "EVID": 1, "AMT": 50.0},
    ]
    for quantity, (before, after) in given.items():
        for start, values in ((1.0, before), (11.0, after)):
            rows += [
                {"ID": name, "TIME": start + k, "EVID": 0, "DV": v, "DVID": quantity}
                for k, v in enumerate(values)
            ]
    return sorted(rows, key=lambda row: row["TIME"])


def found(
    rows: list[dict[str, Any]], asked: ComparisonPlan = ASKED
) -> dict[Any, dict[str, Any]]:
    told = changes(pl.DataFrame(rows, infer_schema_length=None), asked)
    return {(row["participant"], row["comparison"], row["role"]): row for row in told}


def test_the_change_of_dose_is_found_and_each_side_averaged() -> None:
    rows = events("a", walk=([50, 52, 54], [60, 61, 62]), nausea=([3, 2, 3], [0, 0, 0]))
    assert last_change(rows) == 10.0
    one = found(rows)["a", "before-after", "benefit"]
    assert (one["before"], one["after"], one["change"]) == (52.0, 61.0, 9.0)
    assert one["measured_before"] == one["measured_after"] == 3
    # Welch by hand: se = sqrt(4/3 + 1/3) = 1.291, 2.94 degrees of freedom, t = 3.22
    assert one["low"] == pytest.approx(9 - 3.22 * 1.291, abs=0.02)
    assert one["detectable"] == pytest.approx(3.22 * 1.291, abs=0.02)
    assert one["verdict"] == "better"


def test_removed_says_what_may_have_been_missed() -> None:
    rows = events("a", nausea=([3, 2, 3], [0] * 10))
    one = found(rows)["a", "before-after", "side effect"]
    assert one["verdict"] == "removed"
    assert "none in 10" in one["reason"]
    assert "26%" in one["reason"]  # 1 - 0.05^(1/10)


def test_kept_needs_the_interval_above_the_margin_and_not_a_lack_of_data() -> None:
    sure = events("a", walk=([50, 51, 52, 50, 51], [49, 50, 51, 50, 50]))
    assert found(sure)["a", "before-after", "benefit"]["verdict"] == "kept"
    scattered = events("a", walk=([30, 50, 70], [32, 48, 69]))
    unsure = found(scattered)["a", "before-after", "benefit"]
    assert unsure["verdict"] == "not shown to be kept"
    assert unsure["detectable"] > 20
    lost = events("a", walk=([50, 51, 52, 50, 51], [30, 31, 32, 30, 31]))
    assert found(lost)["a", "before-after", "benefit"]["verdict"] == "lost"


def test_too_little_gives_no_verdict() -> None:
    one = found(events("a", walk=([50], [60, 61])))["a", "before-after", "benefit"]
    assert one["verdict"] == "cannot tell"
    assert "before" in one["reason"]
    still = [row for row in events("a", walk=([50, 51], [60, 61])) if row["TIME"] != 10.0]
    none = found(still)["a", "before-after", "benefit"]
    assert none["verdict"] == "cannot tell"
    assert "never changed" in none["reason"]
    told = found(still, ComparisonPlan(benefit="walk", at=10.0))["a", "before-after", "benefit"]
    assert told["change"] == 10.0


def test_values_below_the_limit_of_detection_widen_the_interval_both_ways() -> None:
    rows = events("a", nausea=([5.0, 6.0, 5.5], [1.0, 1.0, 1.0]))
    plain = found(rows)["a", "before-after", "side effect"]
    for row in rows:
        if row["EVID"] == 0 and row["TIME"] > 10:
            row |= {"CENS": 1, "LLOQ": 1.0}
    one = found(rows)["a", "before-after", "side effect"]
    assert one["below"] == 3
    assert one["after"] == 0.5
    assert one["low"] == pytest.approx(plain["low"] - 1.0)  # they may all have been 0
    assert one["high"] == pytest.approx(plain["high"])
    assert one["verdict"] == "removed"
    assert "none above its limit in 3" in one["reason"]


def test_both_ends_of_what_was_below_the_limit_before_are_held() -> None:
    rows = events("a", nausea=([1.0, 1.0, 1.0], [2.0, 2.1, 2.2]))
    plain = found(rows)["a", "before-after", "side effect"]
    for row in rows:
        if row["EVID"] == 0 and row["TIME"] < 10:
            row |= {"CENS": 1, "LLOQ": 1.0}
    one = found(rows)["a", "before-after", "side effect"]
    assert one["before"] == 0.5
    assert one["low"] == pytest.approx(plain["low"])  # they may all have been 1
    assert one["high"] == pytest.approx(plain["high"] + 1.0)  # or all 0


def test_ratings_stand_beside_what_was_measured() -> None:
    rows = []
    for k in range(6):
        better = 5.0 if k < 4 else -5.0
        rows += events(
            str(k),
            walk=([50.0 + k, 51, 52], [60.0 + k, 61, 62]),
            mood=([5, 6, 7], [5 + better, 6 + better, 7 + better]),
        )
    every = found(rows)["", "before-after", "own rating"]
    assert every["measured_before"] == 6
    assert "4 rose, 2 fell" in every["reason"]
    assert "moved as the benefit did in 4 of 6" in every["reason"]
    assert found(rows)["", "before-after", "benefit"]["verdict"] == "better"


def test_off_and_on_are_compared_and_the_time_after_a_switch_left_out() -> None:
    rows = []
    for t in range(40):
        on = (t // 10) % 2
        value = 5.0 * on + 0.1 * (t % 3) + (50.0 if t in (10, 20, 30) else 0.0)
        rows.append({"ID": "a", "TIME": float(t), "EVID": 0, "DV": value, "DVID": "walk",
                     "ON": on})  # fmt: skip
    one = found(rows, ComparisonPlan(benefit="walk", settle=1.0))["a", "off-on", "benefit"]
    assert one["change"] == pytest.approx(5.0, abs=0.1)
    assert one["measured_after"] == 18
    assert one["measured_before"] == 19  # nothing was switched at the very first record
    early = found(rows, ComparisonPlan(benefit="walk"))["a", "off-on", "benefit"]
    assert early["change"] != pytest.approx(5.0, abs=0.5)


def test_intervals_hold_the_true_change_as_often_as_they_say() -> None:
    """400 people, 6 values a side, true change -2: 95 % intervals hold it in 93 % to 98 %."""
    chance = np.random.default_rng(11)
    rows = []
    for k in range(400):
        level = chance.normal(20, 5)
        rows += events(
            f"{k:03d}",
            walk=(
                list(level + chance.normal(0, 1, 6)),
                list(level - 2 + chance.normal(0, 2, 6)),
            ),
        )
    told = found(rows, ComparisonPlan(benefit="walk"))
    held = [row["low"] <= -2 <= row["high"] for (name, _, _), row in told.items() if name]
    assert 0.93 <= np.mean(held) <= 0.98
    every = told["", "before-after", "benefit"]
    assert every["low"] <= -2 <= every["high"]
    assert every["verdict"] == "lost"


def test_comparing_nothing_is_refused_or_empty() -> None:
    with pytest.raises(BadTargetError):
        ComparisonPlan()
    with pytest.raises(BadTargetError):
        ComparisonPlan(benefit="walk", margin=-1.0)
    assert changes(pl.DataFrame(events("a")), None) == []
