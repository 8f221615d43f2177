from datetime import date

import polars as pl

from nanoward.clearance import policy_of
from nanoward.clearance.analysis import ClearanceQuestion, analyse
from nanoward.flows.round.decision_causes import decision_causes, plain_rules
from nanoward.flows.round.round_snapshot import DECIDED, RoundSnapshot
from nanoward.programme.continuity.material_differences import MaterialFile

DAY = date(2026, 11, 23)
RULES = {"psychological_weeks": 0, "medical_weeks": 0}
PLACE = {"file": ["a.csv"], "line": [2]}
TABLES = {
    "DM": pl.DataFrame({"USUBJID": ["P1"], "RFICDTC": ["2026-11-01"], **PLACE}),
    "EX": pl.DataFrame({"USUBJID": ["P1"], "EXSTDTC": ["2026-11-09"], **PLACE}),
}
HERE = {"nanoward": "1", "sources": "ab"}


def base(standing: str | None = None) -> RoundSnapshot:
    told = analyse(TABLES, ClearanceQuestion(policy=policy_of(RULES), as_of=DAY)).tables[
        "standings"
    ]
    if standing:
        told = told.with_columns(standing=pl.lit(standing))
    return RoundSnapshot(
        round="r",
        as_of=DAY,
        software=HERE,
        rules=RULES,
        files=(MaterialFile(path="a.csv", role="sdtm.DM", sha256="1", rows=1),),
        tables={**{f"sdtm.{name}": one for name, one in TABLES.items()}, DECIDED: told},
    )


def test_the_same_software_and_rules_are_not_asked_again() -> None:
    found = decision_causes(base("died"), HERE, RULES, TABLES, {"a.csv": "1"})
    assert (found.software, found.rules, found.untold) == ((), (), "")


def test_other_software_that_decides_otherwise_is_the_cause() -> None:
    other = {**HERE, "sources": "cd"}
    found = decision_causes(base("held"), other, RULES, TABLES, {"a.csv": "1"})
    assert found.of_people() == {"P1": "software"}
    assert decision_causes(base(), other, RULES, TABLES, {"a.csv": "1"}).of_people() == {}


def test_a_file_that_changed_since_is_read_as_it_was() -> None:
    other = {**HERE, "sources": "cd"}
    assert decision_causes(base(), other, RULES, {}, {}).of_people() == {}


def test_other_rules_are_the_cause_and_rules_of_then_may_be_unknown() -> None:
    stricter = {**RULES, "medical_weeks": 2}
    found = decision_causes(base(), HERE, stricter, TABLES, {"a.csv": "1"})
    assert found.of_people() == {"P1": "rules"}
    strange = RoundSnapshot(**{**_fields(base()), "rules": {"forgotten": 1}})
    assert "not understood" in decision_causes(strange, HERE, RULES, TABLES, {}).untold
    assert plain_rules({"a": (1,)}) == plain_rules({"a": [1]})


def _fields(one: RoundSnapshot) -> dict[str, object]:
    return {name: getattr(one, name) for name in RoundSnapshot.__dataclass_fields__}
