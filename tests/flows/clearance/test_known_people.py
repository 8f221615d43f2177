"""What is known of everybody is worked out once for several steps, and is the same for each."""

from datetime import UTC, date, datetime

import polars as pl

from nanoward.base.plan import Plan
from nanoward.flows.clearance.known_people import known_people
from nanoward.flows.clearance.trace_people import trace_people
from nanoward.flows.steps.step_outcome import Materials
from nanoward.testing.ports import memory_site

DAY = date(2026, 3, 1)
TABLES = {
    "sdtm.DM": pl.DataFrame({"USUBJID": ["p"], "RFICDTC": ["2026-01-01"]}),
    "sdtm.EX": pl.DataFrame({"USUBJID": ["p", "p"], "EXSTDTC": ["2026-01-05", "2026-04-01"]}),
}
MATERIALS = Materials(tables=TABLES, sources={role: f"{role}-1" for role in TABLES})


def test_what_lies_behind_the_day_is_not_known() -> None:
    ports = memory_site(
        Plan(name="t", title="T", sha256="0" * 64), {}, now=datetime(2026, 3, 1, tzinfo=UTC)
    )
    people = known_people(ports.ledger, MATERIALS, DAY)
    assert people.domains["EX"].height == 2
    assert people.known["EX"]["EXSTDTC"].to_list() == ["2026-01-05"]
    assert people.known is people.known
    assert people.recorded == {}


def test_a_step_says_the_same_of_people_who_were_known_before_it() -> None:
    plan = Plan(name="t", title="T", sha256="0" * 64)
    alone, given = (
        memory_site(plan, {}, now=datetime(2026, 3, 1, tzinfo=UTC)) for _ in range(2)
    )
    people = known_people(given.ledger, MATERIALS, DAY)
    one = trace_people(alone, plan, MATERIALS, DAY)
    other = trace_people(given, plan, MATERIALS, DAY, people)
    assert one.tables["timeline"].equals(other.tables["timeline"])
    assert one.tables["timeline"].height == 2
