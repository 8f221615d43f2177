"""Whoever is no participant decides herself; a no is counted and nothing else is kept."""

import random

import pytest
from tests.flows.pregnancies.test_keep_pregnancies import TODAY, bay

from nanoward.base.errors import NanowardError
from nanoward.flows.consent.read_consent import on_record
from nanoward.flows.pregnancies.ask_consent import (
    ask_consent,
    refuse_consent,
    sign_consent,
    withdraw_consent,
)
from nanoward.flows.pregnancies.keep_pregnancies import (
    ConceptionNews,
    ContactNews,
    OutcomeNews,
    PregnancyNews,
    date_pregnancy,
    open_pregnancy,
    record_contact,
    record_outcome,
    register_now,
)
from nanoward.programme.pregnancies.cases import (
    ImpossiblePregnancyError,
    PregnancyConsentMissingError,
    UnknownPregnancyError,
)


@pytest.mark.hazard("H-348")
def test_asked_agreed_opened_and_taken_back() -> None:
    made = bay()
    ports = made.desk.ports
    name = ask_consent(made.desk, "partner", by="midwife")
    news = PregnancyNews(participant="Q1", relation="partner", case=name)
    with pytest.raises(PregnancyConsentMissingError):
        open_pregnancy(made.desk, news, by="midwife")
    with pytest.raises(PregnancyConsentMissingError, match="signed nothing"):
        sign_consent(ports, name, "Q1", b" ", by="midwife")
    sign_consent(ports, name, "Q1", b"I agree", by="midwife")
    news = PregnancyNews(participant="Q1", relation="partner", case=name)
    found = open_pregnancy(made.desk, news, by="midwife")
    assert (found.case, found.held) == (name, False)
    record_contact(ports, name, ContactNews(day=TODAY), by="midwife")
    withdraw_consent(ports, name, by="Q1")
    with pytest.raises(PregnancyConsentMissingError, match="took her consent back"):
        record_contact(ports, name, ContactNews(day=TODAY), by="midwife")


@pytest.mark.hazard("H-348")
def test_a_refusal_names_nobody_and_changes_nothing_for_the_participant() -> None:
    made = bay()
    before = on_record(made.desk.ports.ledger, "P1")
    name = ask_consent(made.desk, "partner", by="midwife")
    refuse_consent(made.desk.ports, name, by="midwife")
    register = register_now(made.desk.ports)
    assert (register.refused, register.cases) == ({name: "partner"}, {})
    assert on_record(made.desk.ports.ledger, "P1") == before
    about = [one for one in made.desk.ports.ledger.about("P1") if "pregnanc" in one.kind]
    assert about == []
    with pytest.raises(UnknownPregnancyError):
        sign_consent(made.desk.ports, name, "Q1", b"yes", by="midwife")
    with pytest.raises(UnknownPregnancyError):
        withdraw_consent(made.desk.ports, name, by="Q1")


def _step(made: object, chance: random.Random, state: dict[str, bool]) -> None:
    """One act, in whatever order; refusals are part of it."""
    desk = made.desk  # type: ignore[attr-defined]
    name = state.get("case", "p-none")
    act = chance.choice(("ask", "sign", "refuse", "withdraw", "open", "date", "contact", "end"))
    try:
        match act:
            case "ask":
                state["case"] = ask_consent(desk, "partner", by="m")
            case "sign":
                sign_consent(desk.ports, name, "Q1", b"yes", by="m")
            case "refuse":
                refuse_consent(desk.ports, name, by="m")
            case "withdraw":
                withdraw_consent(desk.ports, name, by="m")
            case "open":
                news = PregnancyNews(participant="Q1", relation="partner", case=name)
                open_pregnancy(desk, news, by="m")
            case "date":
                when = ConceptionNews(earliest=TODAY, latest=TODAY, evidence="test")
                date_pregnancy(desk.ports, name, when, by="m")
            case "contact":
                record_contact(desk.ports, name, ContactNews(day=TODAY), by="m")
            case _:
                news_ = OutcomeNews(outcome="induced", first=TODAY)
                record_outcome(desk, name, news_, by="m")
    except NanowardError:
        pass


def interleavings(runs: int, steps: int, seed: int) -> int:
    """Data of her that stand on the ledger while her consent does not; acts done in all."""
    chance, done = random.Random(seed), 0
    for _ in range(runs):
        made, state = bay(), {}
        for _ in range(steps):
            _step(made, chance, state)
            done += 1
        agreed: dict[str, bool] = {}
        for record in made.desk.ports.ledger.records():
            case = str(record.body.get("case", ""))
            word = record.kind.removeprefix("pregnancies.")
            if word == "PregnancyConsentSigned":
                agreed[case] = True
            elif word == "PregnancyConsentWithdrawn":
                agreed[case] = False
            elif word.startswith("Pregnancy") and "Consent" not in word:
                assert agreed.get(case), (word, case)
            elif record.kind.startswith("messages.") and "Q1" in str(record.body):
                assert any(agreed.values())
    return done


@pytest.mark.hazard("H-348")
def test_no_datum_of_a_partner_without_her_consent_whatever_the_order() -> None:
    assert interleavings(20, 20, 22) == 400


@pytest.mark.soak
def test_a_hundred_thousand_interleavings() -> None:
    assert interleavings(5_000, 20, 220) == 100_000


@pytest.mark.hazard("H-348")
@pytest.mark.parametrize("relation", ["participant", "stranger", ""])
def test_only_those_beside_a_participant_are_asked_for_this_consent(relation: str) -> None:
    made = bay()
    before = made.desk.ports.ledger.head().size
    with pytest.raises(ImpossiblePregnancyError, match="nobody asks"):
        ask_consent(made.desk, relation, by="midwife")
    assert made.desk.ports.ledger.head().size == before
