"""Refused agreements cannot be signed; all sign the same bytes; worse ones do not bind."""

from datetime import timedelta
from fractions import Fraction

import pytest
from tests.flows.programme.programme_site import AGREEMENT, NOW, TODAY, decide, site

from nanoward.base.entries.books import AgreementDrafted, AgreementEnded, AgreementRefused
from nanoward.flows.consent.withdraw_participant import withdraw_participant
from nanoward.flows.programme.ask_gate import ledger_entries
from nanoward.flows.programme.book_visit import book_visit
from nanoward.flows.programme.keep_agreements import (
    AgreementRefusedError,
    EndRefusedError,
    NotBoundError,
    PartySignature,
    bound_agreement,
    bound_agreements,
    check_agreement,
    draft_agreement,
    drafted_agreements,
    end_agreement,
    end_refusals,
    paying_agreements,
    sign_agreement,
    signable,
)
from nanoward.flows.programme.keep_books import person_statement
from nanoward.flows.programme.record_visit import VisitReport, make_visit
from nanoward.ports.ports import Ports
from nanoward.programme.visits.booking_rules import PlaceWish
from nanoward.programme.visits.site_calendar import HalfDay


def holds(key: str, message: bytes, signature: str) -> bool:
    """A signature of tests: the key and the length of what was signed."""
    return signature == f"{key}/{len(message)}"


def sign(ports: Ports, text: str, who: str = "P1", **more: str) -> tuple[str, ...]:
    one = draft_agreement(ports, text.encode(), "a.toml", by="director").agreement
    length = len(one.content) + len(b"nanoward agreement v1\0")
    signed = [
        PartySignature(role=role, name=name, key=more.get(role, key),
                       signature=f"{more.get(role, key)}/{length}")
        for role, name, key in (
            ("programme", "director", "key-director"), ("participant", who, f"key-{who}"))
    ]  # fmt: skip
    return sign_agreement(ports, one.sha256, who, signed, holds, by="director")


def test_somebody_is_bound_by_what_all_parties_signed() -> None:
    ports = site("P1")
    assert sign(ports, AGREEMENT) == ()
    bound = bound_agreement(ports, "P1", TODAY)
    assert bound is not None
    assert bound.agreement.version == "1"
    assert bound_agreement(ports, "P2", TODAY) is None
    ended = AgreementEnded(participant="P1", agreement="participation", ended=TODAY, reason="r")
    ports.ledger.append([ended], actor="x", at=NOW)
    assert bound_agreement(ports, "P1", TODAY) is None


@pytest.mark.hazard("H-301")
def test_a_forbidden_agreement_is_refused_on_record_and_cannot_be_signed() -> None:
    ports = site("P1")
    text = AGREEMENT.replace("\n]\n", '\n  { kind = "bonus", amount = "200" },\n]\n')
    with pytest.raises(AgreementRefusedError, match="R1"):
        sign(ports, text)
    (refused,) = (
        one for one in ledger_entries(ports, "books") if isinstance(one, AgreementRefused)
    )
    assert refused.rules == ("R1",)
    assert drafted_agreements(ports) == []
    with pytest.raises(AgreementRefusedError, match="no drafted agreement"):
        sign_agreement(ports, refused.agreement_sha256, "P1", [], holds, by="x")


@pytest.mark.hazard("H-301")
@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"programme": "key-other"}, "may not sign for programme"),
        ({"participant": "key-director"}, "one key"),
    ],
)
def test_signatures_are_those_of_the_parties(more: dict[str, str], why: str) -> None:
    with pytest.raises(AgreementRefusedError, match=why):
        sign(site("P1"), AGREEMENT, **more)


def test_missing_foreign_and_wrong_signatures_are_all_told() -> None:
    ports = site("P1")
    one = draft_agreement(ports, AGREEMENT.encode(), "a", by="x").agreement
    made = [
        PartySignature(role="guest", name="g", key="k", signature=""),
        PartySignature(role="programme", name="director", key="key-director", signature="bad"),
        PartySignature(role="participant", name="P2", key="k",
                       signature=f"k/{len(one.content) + 22}"),
    ]  # fmt: skip
    with pytest.raises(AgreementRefusedError) as told:
        sign_agreement(ports, one.sha256, "P1", made, holds, by="x")
    for part in ("guest is no party", "does not fit", "P2 cannot sign", "programme has not"):
        assert part in str(told.value)


@pytest.mark.hazard("H-303")
def test_a_worse_version_is_told_and_does_not_bind() -> None:
    ports = site("P1")
    sign(ports, AGREEMENT)
    worse = AGREEMENT.replace('version = "1"', 'version = "2"').replace('"40"', '"30"')
    assert "keeps less" in sign(ports, worse)[0]
    bound = bound_agreement(ports, "P1", TODAY)
    assert bound is not None
    assert bound.agreement.version == "1"
    assert "2" in bound.passed_over


def test_a_version_is_one_document() -> None:
    ports = site()
    draft_agreement(ports, AGREEMENT.encode(), "a", by="x")
    with pytest.raises(AgreementRefusedError, match="another document"):
        draft_agreement(ports, AGREEMENT.replace('"40"', '"41"').encode(), "a", by="x")
    late = AGREEMENT.replace('"1"', '"3"', 1) + ""
    old = late.replace("valid_from = 2026-01-01",
                       "valid_from = 2025-01-01\nvalid_until = 2025-12-31")  # fmt: skip
    with pytest.raises(AgreementRefusedError, match="valid until"):
        sign(ports, old)


@pytest.mark.hazard("H-315")
def test_a_translation_that_lacks_a_paragraph_is_neither_drafted_nor_signed() -> None:
    ports = site("P1")
    text = AGREEMENT.replace('language = "en"', 'language = "en"\nlanguages = ["en", "de"]')
    with pytest.raises(AgreementRefusedError, match=r"translation lacks pay \(de\)"):
        sign(ports, text)
    # one that was drafted before translations were asked for is not signed either
    one = check_agreement(text.encode(), "a", Fraction(1, 10)).agreement
    ports.blobs.put(one.content)
    drafted = AgreementDrafted(
        agreement=one.name,
        version=one.version,
        kind=one.kind,
        agreement_sha256=one.sha256,
        drafted=TODAY,
        leave_cost="0",
    )
    ports.ledger.append([drafted], actor="x", at=NOW)
    with pytest.raises(AgreementRefusedError, match="translation lacks pay"):
        sign_agreement(ports, one.sha256, "P1", [], holds, by="x")
    with pytest.raises(AgreementRefusedError, match="translation lacks pay"):
        signable(text.encode(), "a")
    whole = text.replace('id = "pay"', 'id = "pay"\ntranslations = { de = "40 je Besuch." }')
    whole = whole.replace('version = "1"', 'version = "2"')
    assert sign(ports, whole) == ()
    assert signable(whole.encode(), "a").languages == ("de", "en")


def booked(ports: Ports, kind: str, half: str = "morning") -> str:
    wish = PlaceWish(
        booking="", participant="P1", kind=kind, site="ward", at=HalfDay(TODAY, half)
    )
    return book_visit(ports, wish, by="nurse")


LATER = AGREEMENT.replace('version = "1"', 'version = "2"')


@pytest.mark.hazard("H-299")
def test_safety_visits_after_the_end_are_paid() -> None:
    ports = site("P1")
    sign(ports, AGREEMENT.replace('"EUR"', '"USD"'))
    make_visit(ports, VisitReport(booking=booked(ports, "weekly"), payee="a1"), by="n")
    withdraw_participant(ports, "P1", by="P1")
    assert end_agreement(ports, "P1", "participation", by="director") == TODAY
    assert bound_agreement(ports, "P1", TODAY) is None
    safety = booked(ports, "safety", "afternoon")
    assert make_visit(ports, VisitReport(booking=safety), by="n") == 2500
    told = person_statement(ports, "P1", TODAY)
    assert (told.currency, told.earned, told.leaving_changes) == ("USD", 6500, 0)


@pytest.mark.hazard("H-299")
def test_nobody_who_is_in_loses_an_agreement_by_somebody_elses_word() -> None:
    ports = site("P1")
    sign(ports, AGREEMENT)
    with pytest.raises(EndRefusedError, match="somebody who is in"):
        end_agreement(ports, "P1", "participation", by="director")
    with pytest.raises(EndRefusedError, match="is past"):
        end_agreement(ports, "P1", "participation", by="P1", day=TODAY - timedelta(days=1))
    with pytest.raises(NotBoundError):
        end_agreement(ports, "P1", "lodging", by="P1")
    decide(ports, "P1", "completed")
    end_agreement(ports, "P1", "participation", by="director")
    with pytest.raises(NotBoundError):
        end_agreement(ports, "P1", "participation", by="director")


@pytest.mark.hazard("H-299")
def test_what_is_done_after_ones_own_end_is_paid_by_the_better_of_two() -> None:
    ports = site("P1")
    sign(ports, AGREEMENT)
    end_agreement(ports, "P1", "participation", by="P1")
    assert make_visit(
        ports, VisitReport(booking=booked(ports, "weekly"), payee="a1"), by="n"
    ) == 4000  # fmt: skip
    sign(ports, LATER.replace('"25"', '"5"').replace('"40"', '"50"'))
    bound = bound_agreement(ports, "P1", TODAY)
    assert bound is not None
    assert bound.agreement.version == "2"
    assert [one.agreement.version for one in paying_agreements(ports, "P1", TODAY)] == [
        "2",
        "1",
    ]
    safety = booked(ports, "safety", "afternoon")
    assert make_visit(ports, VisitReport(booking=safety), by="n") == 2500


def test_notice_of_companions_and_parties() -> None:
    soon, late = TODAY, TODAY + timedelta(days=14)
    assert "14 days" in end_refusals("lodger", soon, TODAY, own=False, left=False)[0]
    assert end_refusals("lodger", late, TODAY, own=False, left=False) == ()
    assert end_refusals("lodger", soon, TODAY, own=True, left=False) == ()
    assert end_refusals("partner", soon, TODAY, own=False, left=False) == ()


LODGING = (
    AGREEMENT.replace('agreement = "participation"', 'agreement = "lodging"')
    .replace('kind = "participant"', 'kind = "lodger"')
    .replace('"40"', '"1"')
)


@pytest.mark.hazard("H-303")
def test_terms_of_lodging_that_pay_less_bind_beside_the_participation() -> None:
    ports = site("P1")
    sign(ports, AGREEMENT)
    assert sign(ports, LODGING) == ()
    names = [one.agreement.name for one in bound_agreements(ports, "P1", TODAY)]
    assert names == ["participation", "lodging"]
    paid = make_visit(ports, VisitReport(booking=booked(ports, "weekly"), payee="a1"), by="n")
    assert paid == 4000
    assert end_agreement(ports, "P1", "lodging", by="P1") == TODAY
    bound = bound_agreement(ports, "P1", TODAY)
    assert bound is not None
    assert bound.agreement.name == "participation"
