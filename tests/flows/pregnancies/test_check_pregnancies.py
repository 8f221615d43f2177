"""Pregnancies in the round: opened by tests, overdue, undated, beyond the learnt term."""

from datetime import date, timedelta

import polars as pl
import pytest
from tests.flows.pregnancies.test_keep_pregnancies import TODAY, bay

from nanoward.flows.clearance.recorded_facts import recorded_domains
from nanoward.flows.pregnancies.check_pregnancies import (
    check_overdue,
    check_pregnancies,
    pregnancies_known,
    term_words,
)
from nanoward.flows.pregnancies.keep_pregnancies import (
    ConceptionNews,
    OutcomeNews,
    PregnancyNews,
    date_pregnancy,
    open_pregnancy,
    record_outcome,
    register_now,
)
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.testing.messages import MessageBay

NONE = Materials(tables={}, sources={})


def lab_of(*rows: tuple[str, str, date]) -> Materials:
    lb = pl.DataFrame(
        {"USUBJID": [who for who, _, _ in rows], "LBTESTCD": ["HCG"] * len(rows),
         "LBSTRESC": [said for _, said, _ in rows],
         "LBDTC": [day.isoformat() for _, _, day in rows]}
    )  # fmt: skip
    return Materials(tables={"sdtm.LB": lb}, sources={})


def held(made: MessageBay, materials: Materials, days: int = 0) -> Outcome:
    found = check_pregnancies(made.desk.ports, materials, TODAY + timedelta(days=days))
    if found.entries:
        made.desk.ports.ledger.append(found.entries, actor="round", at=made.clock.now())
    return found


def codes(found: Outcome) -> list[str]:
    return sorted({one.code for one in found.findings})


@pytest.mark.hazard("H-345")
def test_a_positive_test_opens_one_case() -> None:
    made = bay()
    materials = lab_of(("P1", "POSITIVE", TODAY), ("P2", "NEGATIVE", TODAY))
    first = held(made, materials)
    assert codes(first) == ["PRG-160"]
    assert first.tables["pregnancies"].height == 0  # it stands with the next round
    again = held(made, materials)
    assert [one for one in again.entries if "Reported" in type(one).__name__] == []
    assert codes(again) == ["PRG-162"]
    assert "P1" not in str(again.tables["pregnancies"].rows())
    domain = recorded_domains(made.desk.ports.ledger)["RP"]
    assert domain["RPSTRESC"].to_list() == ["OPEN"]
    assert check_pregnancies(bay().desk.ports, NONE, TODAY) == Outcome()


@pytest.mark.hazard("H-349")
def test_overdue_contacts_and_pregnancies_beyond_the_term_are_told() -> None:
    made = bay()
    ports = made.desk.ports
    case = open_pregnancy(made.desk, PregnancyNews(participant="P1"), by="n").case
    when = ConceptionNews(earliest=TODAY - timedelta(28), latest=TODAY - timedelta(22),
                          evidence="tests")  # fmt: skip
    date_pregnancy(ports, case, when, by="n")
    assert codes(held(made, NONE)) == []
    assert codes(held(made, NONE, days=40)) == ["PRG-161"]
    assert codes(held(made, NONE, days=320)) == ["PRG-161", "PRG-163"]
    assert check_overdue(ports, TODAY + timedelta(40)) == 1
    assert term_words(pregnancies_known(register_now(ports), TODAY).estimate).startswith(
        "not yet estimable"
    )
    assert term_words(None) == "no pregnancy is known"


@pytest.mark.hazard("H-345")
def test_after_the_end_a_negative_test_is_asked_for() -> None:
    made = bay()
    case = open_pregnancy(made.desk, PregnancyNews(participant="P1"), by="n").case
    news = OutcomeNews(outcome="spontaneous loss", first=TODAY)
    record_outcome(made.desk, case, news, by="n")
    domain = recorded_domains(made.desk.ports.ledger)["RP"]
    assert domain["RPSTRESC"].to_list() == ["OPEN", "CLOSED"]
    assert codes(held(made, lab_of(("P1", "POSITIVE", TODAY)))) == []  # it belongs to the case
