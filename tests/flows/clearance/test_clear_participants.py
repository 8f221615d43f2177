from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nanoward.base.entries import StandingDecided
from nanoward.base.plan import Plan
from nanoward.base.tables import ADVERSE_EVENTS, DISPOSITION, GRADES, STANDINGS
from nanoward.clearance import BadClearanceRuleError
from nanoward.flows.clearance.clear_participants import clear_participants, samples_of_people
from nanoward.flows.clearance.read_sdtm import sdtm_domains
from nanoward.flows.steps.parquet import parquet_of
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.ports.ports import Ports
from nanoward.testing.ports import memory_site

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "examples" / "xanomeline-pilot"
ARMS = ("Placebo", "Xanomeline High Dose", "Xanomeline Low Dose")
END = date(2015, 3, 31)
MIDDLE = date(2014, 2, 1)


def plan(**rules: Any) -> Plan:
    return Plan(name="t", title="T", sha256="0" * 64, sections={"clearance": rules})


def ports() -> Ports:
    return memory_site(plan(), {}, now=datetime(2026, 3, 1, tzinfo=UTC))


def materials(tables: Mapping[str, pl.DataFrame]) -> Materials:
    return Materials(tables=tables, sources={role: f"{role}-1" for role in tables})


def small() -> dict[str, pl.DataFrame]:
    return {
        "sdtm.DM": pl.DataFrame(
            {"USUBJID": ["p", "q"], "ARM": ["A", "A"], "RFICDTC": ["2026-01-01", None]}
        ),
        "sdtm.EX": pl.DataFrame({"USUBJID": ["p", "q"], "EXSTDTC": ["2026-01-05"] * 2}),
        "sdtm.LBCH": pl.DataFrame(
            {
                "USUBJID": ["p", "x"],
                "LBTESTCD": ["K", "K"],
                "LBSTRESN": [4.0, 9.0],
                "LBSTRESU": ["mmol/L", "mmol/L"],
                "LBSTNRLO": [3.5, 3.5],
                "LBSTNRHI": [5.0, 5.0],
                "LBDTC": ["2026-02-25"] * 2,
                "LBNOTE": [None, None],
            }
        ),
        "sdtm.LBHE": pl.DataFrame(
            {
                "USUBJID": ["p"],
                "LBTESTCD": ["HGB"],
                "LBSTRESN": [8.0],
                "LBSTRESU": ["mmol/L"],
                "LBDTC": ["2026-02-26"],
                "LBNOTE": ["x"],
            }
        ),
    }


DAY = date(2026, 3, 1)
RULES = {"psychological_weeks": 0}


def cleared(tables: dict[str, pl.DataFrame], **rules: Any) -> Outcome:
    return clear_participants(ports(), plan(**(RULES | rules)), materials(tables), DAY)


def test_a_split_domain_is_one_again_and_supplements_are_not_mixed_in() -> None:
    tables = small() | {"sdtm.SUPPLBCH": pl.DataFrame({"USUBJID": ["z"]})}
    found = sdtm_domains(materials(tables))
    assert sorted(found) == ["DM", "EX", "LB"]
    assert found["LB"].height == 3


def test_tables_have_their_shapes_and_everybody_has_an_entry() -> None:
    found = cleared(small())
    for shape in (GRADES, ADVERSE_EVENTS, STANDINGS, DISPOSITION):
        names = {column.name for column in shape.columns}
        assert names <= set(found.tables[shape.name].columns)
    words = {
        one.participant: one.standing
        for one in found.entries
        if isinstance(one, StandingDecided)
    }
    assert words == {"p": "held", "q": "held", "x": "recalled"}  # HGB of p has no lower limit
    assert found.facts["participants"] == 3


def test_doses_without_consent_and_people_without_demographics_are_told() -> None:
    codes = {(one.code, one.subject) for one in cleared(small()).findings}
    assert codes == {("CLR-015", "x"), ("CLR-023", "q")}


def test_samples_are_checked_against_consents_and_unknown_people_stay_undecided() -> None:
    samples = pl.DataFrame(
        {
            "sample": ["s1", "s2", "s3"],
            "participant": ["p", "q", "stranger"],
            "taken": [date(2026, 2, 1)] * 3,
        }
    )
    found = cleared(small() | {"samples": samples})
    codes = {(one.code, one.subject) for one in found.findings if "sample" in one.message}
    assert codes == {("CLR-020", "q"), ("CLR-020", "stranger")}
    assert "stranger" in {one.subject for one in found.undecided}


def test_what_cannot_be_graded_is_an_open_question() -> None:
    told = [one for one in cleared(small()).undecided if "HGB (Anemia)" in one.question]
    assert [one.subject for one in told] == ["p"]
    assert "no lower limit of normal" in told[0].reason


def test_without_clinical_records_the_question_stays_open_and_nothing_crashes() -> None:
    samples = pl.DataFrame({"sample": ["s"], "participant": ["p"], "taken": [DAY]})
    found = cleared({"samples": samples})
    assert (found.tables, found.entries) == ({}, ())
    assert "1 people with samples" in found.undecided[0].question


def test_consents_kept_elsewhere_are_told_as_not_looked_at() -> None:
    told = cleared(small(), consent="elsewhere").undecided
    assert any("kept elsewhere" in one.reason for one in told)


def test_a_bad_rule_of_the_plan_stops_the_flow() -> None:
    with pytest.raises(BadClearanceRuleError, match="hold_grade"):
        cleared(small(), hold_grade=9)


def test_the_same_again_is_recalled_and_any_change_is_computed() -> None:
    here, tables = ports(), small()
    first = clear_participants(here, plan(**RULES), materials(tables), DAY)
    again = clear_participants(here, plan(**RULES), materials(tables), DAY)
    assert (first.computed, again.computed, again.recalled) == (1, 0, 1)
    assert again.entries == first.entries
    assert again.findings == first.findings
    assert again.undecided == first.undecided
    for name, table in first.tables.items():
        assert parquet_of(again.tables[name]) == parquet_of(table)
    other = Materials(tables=tables, sources={"sdtm.DM": "changed"})
    for change in (
        clear_participants(here, plan(**RULES, hold_grade=2), materials(tables), DAY),
        clear_participants(here, plan(**RULES), materials(tables), date(2026, 3, 2)),
        clear_participants(here, plan(**RULES), other, DAY),
    ):
        assert change.computed == 1


def pilot(as_of: date) -> Outcome:
    tables = {
        f"sdtm.{path.stem.upper()}": pl.read_parquet(path)
        for path in sorted((EXAMPLE / "data" / "sdtm").glob("*.parquet"))
    }
    rules = {
        "consent": "elsewhere",
        "medical_weeks": 3,
        "psychological_weeks": 0,
    }
    return clear_participants(ports(), plan(**rules), materials(tables), as_of)


def test_the_pilots_truth_is_computed_from_its_clinical_tables() -> None:
    found = pilot(END)
    table = {(m, arm): n for m, arm, n, _ in found.tables["disposition"].iter_rows()}
    assert table["screened", "all"] == 306
    assert table["randomised", "all"] == 254
    for measure, expected in {
        "with emergent event": (65, 76, 77),
        "emergent events": (281, 433, 412),
        "discontinued for event": (8, 40, 44),
        "completed": (58, 27, 25),
        "withdrew": (9, 8, 10),
        "died": (2, 0, 1),
    }.items():
        assert tuple(table[measure, arm] for arm in ARMS) == expected
    words = dict(found.tables["standings"].group_by("standing").len().iter_rows())
    assert words == {
        "completed": 110,
        "recalled": 95,
        "discontinued": 17,
        "screened": 52,
        "withdrawn": 29,
        "died": 3,
    }
    grades = found.tables["grades"]
    assert grades.filter(pl.col("term") == "Anemia")["grade"].count() == 1_809


def test_in_the_middle_of_the_pilot_the_board_is_alive() -> None:
    found = pilot(MIDDLE).tables
    words = dict(found["standings"].group_by("standing").len().iter_rows())
    assert words["cleared"] > 40
    assert words["held"] > 2
    assert words["withdrawn"] > 10
    assert words["recalled"] > 50
    assert found["standings"]["since"].max() <= MIDDLE
    assert found["grades"]["taken"].max() <= MIDDLE


def test_records_made_later_do_not_change_an_earlier_answer() -> None:
    path = EXAMPLE / "data" / "sdtm"
    whole = {f"sdtm.{one.stem.upper()}": pl.read_parquet(one) for one in path.glob("*.parquet")}
    days = {"DS": "DSSTDTC", "AE": "AEDTC", "EX": "EXSTDTC", "SV": "SVSTDTC"}
    days |= {"LBCH": "LBDTC", "LBHE": "LBDTC", "LBUR": "LBDTC"}
    cut = {
        role: table.filter(pl.col(days[role[5:]]).str.slice(0, 10) <= str(MIDDLE))
        if role[5:] in days
        else table
        for role, table in whole.items()
    }
    rules = {"consent": "elsewhere", "medical_weeks": 3, "psychological_weeks": 0}
    one, other = (
        clear_participants(ports(), plan(**rules), materials(tables), MIDDLE)
        for tables in (whole, cut)
    )
    for name in ("grades", "adverse_events", "disposition"):
        assert one.tables[name].equals(other.tables[name])
    seen = other.tables["standings"].join(one.tables["standings"], on="participant", how="semi")
    assert seen.equals(one.tables["standings"])


def test_a_grave_vital_sign_holds_unless_the_plan_only_shows_it() -> None:
    signs = pl.DataFrame(
        {
            "USUBJID": ["p"],
            "VSSEQ": [1.0],
            "VSTESTCD": ["SYSBP"],
            "VSSTRESN": [185.0],
            "VSSTRESU": ["mmHg"],
            "VSDTC": ["2026-02-26"],
        }
    )
    tables = small() | {"sdtm.VS": signs}
    for rule, held in (("count", True), ("show", False)):
        found = cleared(tables, vital_signs=rule)
        reasons = found.tables["standings"].filter(pl.col("participant") == "p")["reasons"]
        told = any("Hypertension grade 3" in one for one in reasons.item())
        assert told is held
        shown = found.tables["grades"].filter(pl.col("term") == "Hypertension")
        assert shown["grade"].to_list() == [3]


def test_a_sample_of_a_lot_is_nobody_of_whom_a_consent_is_asked() -> None:
    samples = pl.DataFrame(
        {"sample": ["s1", "q1"], "participant": ["P1", "L1"], "lot": ["L1", "L1"]}
    )
    given = Materials(tables={"samples": samples}, sources={})
    assert samples_of_people(given)["participant"].to_list() == ["P1"]
    bare = Materials(tables={"samples": samples.drop("lot")}, sources={})
    assert samples_of_people(bare).height == 2


@pytest.mark.parametrize(
    ("term", "is_told"), [("WITHDRAWAL BY SUBJECT", True), ("LOST TO FOLLOW-UP", False)]
)
def test_a_sample_after_a_withdrawal_is_told_and_of_somebody_lost_it_is_not(
    term: str, *, is_told: bool
) -> None:
    tables = small()
    row = {"USUBJID": "p", "DSDECOD": term, "DSCAT": "DISPOSITION EVENT",
           "DSSTDTC": "2026-02-10"}  # fmt: skip
    before = [tables["sdtm.DS"]] if "sdtm.DS" in tables else []
    ds = pl.concat([*before, pl.DataFrame(row)], how="diagonal_relaxed")
    samples = pl.DataFrame(
        {"sample": ["s1"], "participant": ["p"], "taken": [date(2026, 2, 20)]}
    )
    found = cleared(tables | {"sdtm.DS": ds, "samples": samples})
    told = [one for one in found.findings if "s1" in one.message and one.subject == "p"]
    assert bool(told) == is_told
