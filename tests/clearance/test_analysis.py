"""The room's front, against a plain re-working of its parts, and both doors through it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.clearance import Policy, policy_of
from nanoward.clearance.analysis import ClearanceQuestion, analyse, standings_alone
from nanoward.flows.clearance.decide_from_files import decide_standings

DAY = date(2026, 3, 1)
RULES = Policy(psychological_weeks=0)


def domains(**more: Any) -> dict[str, pl.DataFrame]:
    tables = {
        "DM": {"USUBJID": ["p", "q"], "RFICDTC": ["2026-01-01"] * 2, "ARM": ["A", "B"]},
        "EX": {
            "USUBJID": ["p", "p", "q"],
            "EXSEQ": [1.0, 2.0, 1.0],
            "EXTRT": ["LBP"] * 3,
            "EXDOSE": [1.0] * 3,
            "EXSTDTC": ["2026-01-05", "2026-02-26", "2026-01-05"],
        },
        "LB": {
            "USUBJID": ["p", "p", "q"],
            "LBSEQ": [1.0, 2.0, 1.0],
            "LBTESTCD": ["ALT"] * 3,
            "LBSTRESN": [30.0, 300.0, 30.0],
            "LBSTRESU": ["U/L"] * 3,
            "LBSTNRLO": [0.0] * 3,
            "LBSTNRHI": [40.0] * 3,
            "LBDTC": ["2026-01-04", "2026-02-24", "2026-02-24"],
        },
    }
    return {name: pl.DataFrame(columns) for name, columns in (tables | more).items()}


def asked(tables: Mapping[str, pl.DataFrame], **more: Any) -> Any:
    given = {"policy": RULES, "as_of": DAY} | more
    return analyse(tables, ClearanceQuestion(**given))


def words(found: Any) -> dict[str, str]:
    return dict(found.tables["standings"].select("participant", "standing").iter_rows())


@pytest.mark.hazard("H-438")
def test_a_dose_while_held_follows_from_the_people_of_the_standings() -> None:
    found = asked(domains())
    assert words(found) == {"p": "held", "q": "cleared"}
    (row,) = found.tables["doses_while_held"].to_dicts()
    assert (row["participant"], row["day"], row["sequence"]) == ("p", date(2026, 2, 26), 2)
    assert "grade 3" in row["reason"]
    assert asked(domains(), as_of=date(2026, 2, 25)).tables["doses_while_held"].is_empty()


def test_what_could_not_be_read_holds_everybody_and_a_code_nobody_was_asked_too() -> None:
    assert set(words(asked(domains(), unread=("data/x.pdf is not read",))).values()) == {"held"}
    rules = policy_of({"psychological_weeks": 0, "urgent_items": ["PHQ909"]})
    found = asked(domains(), policy=rules)
    assert set(words(found).values()) == {"held"}
    assert "CLR-067" in {one.code for one in found.findings}


def test_a_day_behind_today_is_a_mistake_and_what_it_speaks_against_stays() -> None:
    late = {
        "USUBJID": ["q"],
        "AESEQ": [1.0],
        "AETERM": ["sepsis"],
        "AESEV": ["SEVERE"],
        "AESTDTC": ["2062-01-01"],
    }
    found = asked(domains(AE=late), today=date(2026, 11, 30))
    assert words(found)["q"] == "held"
    assert "CLR-065" in {one.code for one in found.findings}
    assert words(asked(domains(AE=late)))["q"] == "cleared"  # without a today: later, unknown


def test_vital_signs_hold_where_they_count_and_are_shown_where_they_do_not() -> None:
    signs = {
        "USUBJID": ["q"],
        "VSSEQ": [1.0],
        "VSTESTCD": ["SYSBP"],
        "VSSTRESN": [190.0],
        "VSSTRESU": ["mmHg"],
        "VSDTC": ["2026-02-24"],
    }
    assert words(asked(domains(VS=signs)))["q"] == "held"
    shown = asked(domains(VS=signs), policy=policy_of({"vital_signs": "show"}))
    assert "SYSBP" in set(shown.tables["grades"]["test"])
    assert "SYSBP" not in str(shown.tables["standings"]["reasons"].to_list())


def test_missing_consents_are_told_only_where_the_programme_keeps_them() -> None:
    bare = {"USUBJID": ["p", "q"], "RFICDTC": ["2026-01-01", None], "ARM": ["A", "B"]}
    codes = {one.code for one in asked(domains(DM=bare)).findings}
    assert "CLR-023" in codes
    elsewhere = policy_of({"consent": "elsewhere", "psychological_weeks": 0})
    found = asked(domains(DM=bare), policy=elsewhere)
    assert "CLR-023" not in {one.code for one in found.findings}
    assert words(found)["q"] == "cleared"


@pytest.mark.hazard("H-439")
def test_both_doors_and_the_standings_alone_give_one_answer() -> None:
    tables = domains()
    found = asked(tables).tables["standings"]
    assert standings_alone(tables, RULES, DAY).equals(found)
    files = {
        f"x/{name.lower()}.csv": table.with_columns(DOMAIN=pl.lit(name)).write_csv().encode()
        for name, table in tables.items()
    }
    by_files = decide_standings(FileFormats(), files, {"psychological_weeks": 0}, DAY)
    assert by_files.tables["standings"].equals(found)


def test_a_misplaced_day_is_unknown_by_both_ways() -> None:
    lab = {
        "USUBJID": ["p", "q", "q"],
        "LBSEQ": [1.0, 1.0, 2.0],
        "LBTESTCD": ["ALT"] * 3,
        "LBSTRESN": [30.0, 30.0, 300.0],
        "LBSTRESU": ["U/L"] * 3,
        "LBSTNRHI": [40.0] * 3,
        "VISITNUM": [1.0, 2.0, 2.0],
        "LBDTC": ["2026-02-24", "2026-02-24", "2025-02-20"],
    }
    sv = {"USUBJID": ["q", "q"], "VISITNUM": [2.0, 2.0], "SVSTDTC": ["2026-02-24"] * 2}
    tables = domains(LB=lab, SV=sv)
    assert words(asked(tables))["q"] == "held"
    alone = standings_alone(tables, RULES, DAY)
    assert dict(alone.select("participant", "standing").iter_rows())["q"] == "held"
