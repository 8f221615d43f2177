"""The round opens what the record shows, tells what is due or late, and names nobody."""

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from tests.flows.pregnancies.test_keep_pregnancies import TODAY, bay
from tests.flows.pregnancies.test_keep_urgent import grave, stated

from nanoward.flows.pregnancies.check_urgent import check_urgent
from nanoward.flows.pregnancies.keep_pregnancies import (
    OutcomeNews,
    PregnancyNews,
    open_pregnancy,
    record_outcome,
)
from nanoward.flows.pregnancies.keep_urgent import events_now
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.testing.messages import MessageBay

EVENTS = pl.DataFrame(
    {"participant": ["P1", "P2"], "sequence": [1, 2], "term": ["UVEITIS", "COUGH"],
     "started": [TODAY, TODAY], "severity": ["severe", "mild"], "serious": [True, False],
     "emergent": [True, True]}
)  # fmt: skip
AE = pl.DataFrame({"USUBJID": ["P1"], "AESEQ": [1], "AEREL": ["PROBABLE"], "AEDISAB": [""],
                   "AESDISAB": ["Y"]})  # fmt: skip
MATERIALS = Materials(tables={"sdtm.AE": AE}, sources={})


def held(made: MessageBay, tables: dict[str, Any]) -> Outcome:
    found = check_urgent(made.desk.ports, MATERIALS, tables)
    if found.entries:
        made.desk.ports.ledger.append(found.entries, actor="r", at=made.clock.now())
    return found


@pytest.mark.hazard("H-353")
def test_serious_events_of_the_record_are_opened_once_with_what_ae_says() -> None:
    made = stated()
    first = held(made, {"adverse_events": EVENTS})
    (known,) = events_now(made.desk.ports).values()
    assert known.facts.criteria == frozenset({"disability"})
    assert known.facts.causality == {"investigator": "related"}
    row = first.tables["urgent_reports"].row(0, named=True)
    assert (row["verdict"], row["days"], row["state"]) == ("urgent", 15, "waits")
    assert "P1" not in str(first.tables["urgent_reports"].rows())
    assert held(made, {"adverse_events": EVENTS}).entries == ()
    made.clock.advance(timedelta(days=13))
    assert [one.code for one in held(made, {}).findings] == ["PRG-176"]
    made.clock.advance(timedelta(days=5))
    assert [one.code for one in held(made, {}).findings] == ["PRG-175"]


@pytest.mark.hazard("H-352")
def test_without_the_section_serious_events_are_told_and_not_followed() -> None:
    found = held(bay(), {"adverse_events": EVENTS})
    assert found.facts == {"serious events without a clock": 1}
    assert (found.entries, found.findings) == ((), ())


@pytest.mark.hazard("H-353")
def test_kills_escapes_and_anomalies_have_a_clock_in_any_case() -> None:
    made = bay()
    kills = pl.DataFrame({"order": ["k1"], "answered": [3], "escaped": [1]})
    case = open_pregnancy(made.desk, PregnancyNews(participant="P1"), by="n").case
    news = OutcomeNews(outcome="live birth", first=TODAY, anomaly="suspected", infant="K")
    record_outcome(made.desk, case, news, by="n")
    found = held(made, {"kills": kills})
    rows = found.tables["urgent_reports"].to_dicts()
    assert sorted(row["kind"] for row in rows) == ["escape", "kill", "pregnancy"]
    assert {row["verdict"] for row in rows} == {"urgent"}


def test_a_follow_up_and_a_doubt_are_told() -> None:
    made = stated()
    grave(made)
    assert held(made, {}).findings == ()
    assert check_urgent(bay().desk.ports, MATERIALS, {}) == Outcome()
