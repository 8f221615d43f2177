"""Changes from a plain table: a planted shift is found, others are told what could be seen."""

from datetime import date, timedelta

import numpy as np
import pytest

from nanoward.flows.clearance.detect_change import BadScoresError, detect_change, scores_of
from nanoward.maths.statistics.change_point import NullScores, simulated_null_scores


def table(shifted: float) -> bytes:
    people = simulated_null_scores(NullScores(scales=4), 22, 26, np.random.default_rng(3))
    people[21, 14:, :2] += shifted
    lines = ["participant,day,control,a,b,c,d"]
    for number, scores in enumerate(people):
        for week, row in enumerate(scores):
            day = date(2026, 1, 5) + timedelta(days=7 * week)
            values = ",".join(f"{10 + one:.4f}" for one in row)
            lines.append(f"p{number:02},{day},{number < 20},{values}")
    lines.append("late,2026-06-01,false,1,2,3,4")
    return "\n".join(lines).encode()


def test_a_planted_shift_is_found_and_the_quiet_one_is_told_what_could_be_seen() -> None:
    found = detect_change(table(4.0), file="scores.csv", seed=7)
    rows = {row["participant"]: row for row in found.tables["changes"].to_dicts()}
    assert sorted(rows) == ["p20", "p21"]
    assert rows["p21"]["changed"]
    assert date(2026, 4, 13) <= rows["p21"]["seen"] <= date(2026, 6, 1)
    assert not rows["p20"]["changed"]
    assert "would have been seen within 6 weeks with probability 0." in rows["p20"]["told"]
    assert [one.subject for one in found.undecided] == ["late"]
    assert found.facts["control people"] == 20


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"participant,day\np,2026-01-05\n", "holds the columns participant, day"),
        (b"participant,day,control,a\np,yesterday,true,1\n", "no day"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_its_place(
    content: bytes, told: str
) -> None:
    with pytest.raises(BadScoresError, match=told):
        scores_of(content, "scores.csv")


def test_a_row_without_a_day_is_named_by_its_line() -> None:
    rows = b"participant,day,control,a\np,2026-01-05,true,1\np,soon,true,1\n"
    with pytest.raises(BadScoresError) as fault:
        scores_of(rows, "scores.csv")
    assert (fault.value.line, fault.value.column) == (3, "day")
