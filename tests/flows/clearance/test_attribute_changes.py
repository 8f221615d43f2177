"""Whether the agent did it: blocks by permutation, load by regression, from one CSV."""

from datetime import date, timedelta

import numpy as np
import pytest

from nanoward.flows.clearance.attribute_changes import NoSwitchError, attribute_changes
from nanoward.flows.clearance.detect_change import BadScoresError
from nanoward.maths.statistics.change_point import NullScores, simulated_null_scores

ORDER = (True, False, False, True, True, False, True, False)
SCALES = "A,B,C,D"


def weeks(shift: float, *, marks: str = "block,on") -> bytes:
    """Ten control people and p, two weeks a block; p moves by `shift` where the agent is on."""
    scores = simulated_null_scores(NullScores(scales=4), 11, 16, np.random.default_rng(4))
    lines = [f"participant,day,control,{marks},{SCALES}"]
    for who in range(11):
        for week in range(16):
            on = ORDER[week // 2]
            row = scores[who, week] + (shift if on and who == 10 else 0.0)
            day = date(2026, 1, 5) + timedelta(weeks=week)
            told = f"{week // 2},{str(on).lower()}" if marks == "block,on" else f"{1.5 * on}"
            name, control = (f"c{who}", "true") if who < 10 else ("p", "false")
            numbers = ",".join(f"{one:.4f}" for one in row)
            lines.append(f"{name},{day},{control},{told},{numbers}")
    return "\n".join(lines).encode()


def test_blocks_tell_an_effect_that_is_there_and_none_that_is_not() -> None:
    found = attribute_changes(weeks(3.0), file="w.csv")
    (one,) = found.tables["attributions"].to_dicts()
    assert (one["participant"], one["by"]) == ("p", "8 blocks")
    assert one["p_value"] == pytest.approx(2 / 70)  # the order drawn, and its mirror
    assert one["effect"] == pytest.approx(3.0, abs=1.2)
    quiet = attribute_changes(weeks(0.0), file="w.csv").tables["attributions"]
    assert quiet["p_value"][0] > 0.05
    assert found.facts == {"control people": 10, "scales": 4}


def test_load_is_regressed_scale_by_scale() -> None:
    found = attribute_changes(weeks(3.0, marks="load"), file="w.csv").tables["attributions"]
    assert found["by"].to_list() == [f"load, {name}" for name in "ABCD"]
    assert (found["p_value"] < 0.05).all()
    assert found["effect"].mean() == pytest.approx(2.0, abs=0.5)


def test_too_little_is_an_open_question_and_no_switch_a_fault() -> None:
    lines = weeks(0.0).decode().splitlines()
    short = [line for line in lines if not line.startswith("p,")] + lines[-16:-14]
    found = attribute_changes("\n".join(short).encode(), file="w.csv")
    assert found.tables["attributions"].is_empty()
    assert [one.subject for one in found.undecided] == ["p"]
    with pytest.raises(NoSwitchError):
        attribute_changes(weeks(0.0).replace(b"block,on", b"x,y", 1), file="w.csv")
    with pytest.raises(BadScoresError):
        attribute_changes(b"a,b\n1,2\n", file="w.csv")
