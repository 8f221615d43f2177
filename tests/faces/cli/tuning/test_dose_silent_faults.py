"""What `tuning dose` once answered in silence, each by the command that a clinician types."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from nanoward.base.errors import UsageError
from nanoward.faces.cli.tuning.commands import group

CL, V = 3.0, 40.0
MODEL = """
name = "bolus"
[parameters.CL]
typical = 3.0
unit = "L/h"
variance = 0.2
[parameters.V]
typical = 40.0
unit = "L"
variance = 0.2
[compartments.body]
unit = "mg"
derivative = "-CL / V * body"
[outputs.level]
value = "body / V"
unit = "mg/L"
proportional = 0.03
"""
KNOWN = MODEL.replace("variance = 0.2\n", "")
SEEN = "ID,TIME,EVID,AMT,DV\na,0,1,400,.\na,1,0,0,9\na,10,0,0,5\n"
DOSED = "ID,TIME,EVID,AMT,DV\na,0,1,400,.\n"
pytestmark = pytest.mark.hazard("H-232")


@pytest.fixture
def ask(tmp_path: Path) -> Any:
    def asked(model: str, events: str, *words: str) -> tuple[dict[str, Any], int, str]:
        (tmp_path / "m.toml").write_text(model)
        (tmp_path / "e.csv").write_text(events)
        ran = CliRunner().invoke(
            group,
            ["dose", str(tmp_path / "e.csv"), "--model", str(tmp_path / "m.toml"), *words,
             "--json"],
            standalone_mode=False,
        )  # fmt: skip
        if ran.exception is not None:
            raise ran.exception
        return json.loads(ran.stdout), int(ran.return_value or 0), ran.stderr

    return asked


def test_draws_that_are_not_there_by_until_move_the_limit_and_are_told(ask: Any) -> None:
    words = ("--below", "3", "--dose", "400", "--until")
    whole = ask(MODEL, SEEN, *words, "200")[0]["doses"][0]
    short = ask(MODEL, SEEN, *words, repr(1.02 * whole["answer"]))[0]["doses"][0]
    assert short["answer"] == pytest.approx(whole["answer"], rel=1e-3)
    assert short["high"] is None
    assert "in some draws not until" in short["reason"]


@pytest.mark.parametrize("measure", ["--level", "--below", "--trough", "--peak"])
def test_from_belongs_to_areas_alone(ask: Any, measure: str) -> None:
    words = (measure, "3", "--from", "2", "--until", "24", "--interval", "12")
    given = ("--dose", "9") if measure == "--below" else ()
    with pytest.raises(UsageError, match="--from"):
        ask(KNOWN, DOSED, *words, *given)


def test_every_without_more_goes_on_until_the_end_or_is_refused(ask: Any) -> None:
    told = ask(KNOWN, DOSED, "--level", "5", "--until", "48", "--every", "12")[0]
    decay = np.exp(-CL / V * 12.0)
    hand = 5 * V / sum(decay**k for k in range(1, 5))
    assert told["doses"][0]["give"] == pytest.approx(hand, rel=1e-6)
    assert "every 12 h, 4 doses" in told["lines"][0]
    with pytest.raises(UsageError, match="--more"):
        ask(KNOWN, DOSED, "--auc", "100", "--until", "inf", "--every", "12")


def test_a_trough_at_the_moment_of_the_next_bolus_is_the_level_before_it(ask: Any) -> None:
    hand = 5 * V * np.exp(CL / V * 12.0)
    for words in (
        ("--trough", "5", "--interval", "12"),
        ("--level", "5", "--until", "12", "--interval", "12", "--more", "1"),
    ):
        told = ask(KNOWN, DOSED, *words)[0]
        assert told["doses"][0]["give"] == pytest.approx(hand, rel=1e-6), words


def test_the_next_dose_counts_what_is_in_the_body(ask: Any) -> None:
    words = ("--peak", "10", "--at", "10")
    told = ask(KNOWN, DOSED, *words)[0]
    hand = 10 * V - 400 * np.exp(-CL / V * 10)
    assert told["doses"][0]["give"] == pytest.approx(hand, rel=1e-6)
    assert "from now" in told["lines"][0]
    empty, code, said = ask(KNOWN, SEEN, "--peak", "10")
    assert "from empty" in empty["lines"][0]
    assert code == 1
    assert "TUN-150" in said


def test_the_first_line_tells_dose_unit_route_interval_and_infusion_time(ask: Any) -> None:
    words = ("--trough", "5", "--steady-state", "--interval", "12", "--duration", "1")
    line = ask(KNOWN, DOSED, *words, "--step", "50")[0]["lines"][0]
    for part in (" mg over 1 h", "into body (CMT 1)", "every 12 h", "to steady state"):
        assert part in line


def test_whoever_has_no_answer_is_no_success_and_ends_nobody_else_s(ask: Any) -> None:
    later = SEEN + "b,0,1,400,.\nb,30,1,400,.\n"
    told, code, _ = ask(KNOWN, later, "--peak", "12", "--at", "10")
    first, second = told["doses"]
    assert first["give"] > 0
    assert second["give"] is None
    assert "a dose was given at 30" in second["reason"]
    assert code == 1
    told, code, _ = ask(KNOWN, later, "--level", "9", "--now", "--until", "11")
    assert [one["give"] is None for one in told["doses"]] == [False, True]
    assert code == 1
    assert ask(KNOWN, DOSED, "--below", "0.001", "--dose", "400", "--until", "5")[1] == 1


def test_at_most_never_rounds_up_to_the_first_step(ask: Any) -> None:
    words = ("--trough", "0.1", "--steady-state", "--interval", "12", "--step")
    limit = ("--probability", "0.9", "--at-most")
    told, code, _ = ask(MODEL, SEEN, *words, "500", *limit)
    assert told["doses"][0]["give"] is None
    assert "less than one step" in told["doses"][0]["reason"]
    assert code == 1
    with pytest.raises(UsageError, match="--step"):
        ask(KNOWN, DOSED, *words, "-50")


def test_a_last_level_against_the_model_is_told(ask: Any) -> None:
    rows = DOSED + "".join(f"a,{t},0,0,{10 * np.exp(-0.075 * t):.3f}\n" for t in range(1, 12))
    words = ("--level", "9", "--at", "13", "--until", "14")
    assert "TUN-151" not in ask(MODEL, rows, *words)[2]
    assert "TUN-151" in ask(MODEL, rows + "a,12,0,0,7.5\n", *words)[2]


def test_units_that_a_control_stream_does_not_hold_are_those_of_its_columns(
    tmp_path: Path, ask: Any
) -> None:
    """A control stream names no unit: the first line says so, and makes none up."""
    (tmp_path / "r.ctl").write_text(
        "$PROBLEM one\n$INPUT ID TIME AMT DV EVID\n$DATA e.csv\n$SUBROUTINES ADVAN1 TRANS2\n"
        "$PK\nCL = THETA(1)*EXP(ETA(1))\nV = THETA(2)*EXP(ETA(2))\nS1 = V\n"
        "$ERROR\nY = F + F*EPS(1)\n$THETA (0,3) (0,40)\n$OMEGA 0.1 0.1\n$SIGMA 0.01\n"
    )
    words = ["import", str(tmp_path / "r.ctl"), "--out", str(tmp_path / "r.toml"), "--quiet"]
    assert CliRunner().invoke(group, words, standalone_mode=False).exception is None
    model = (tmp_path / "r.toml").read_text()
    line = ask(model, SEEN, "--peak", "10", "--at", "40")[0]["lines"][0]
    assert "(unit of AMT) at once" in line
    assert "(unit of DV)" in line
