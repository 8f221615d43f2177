"""A version binds who signed it, and never for the worse of somebody who is in."""

from dataclasses import replace
from datetime import date

import pytest
from tests.programme.agreements.test_document import TOML

from nanoward.programme.agreements.binding import (
    Signing,
    binding_versions,
    worse_for_participant,
)
from nanoward.programme.agreements.document import Agreement, read_agreement


def version(number: str, amount: str = "40", more: str = "") -> Agreement:
    text = TOML.replace('version = "1"', f'version = "{number}"')
    return read_agreement(text.replace('amount = "40"', f'amount = "{amount}"{more}').encode())


def bound(day: int, *versions: Agreement) -> tuple[str, dict[str, tuple[str, ...]]]:
    signings = [
        Signing(who="P1", sha256=one.sha256, day=date(2026, 1, n))
        for n, one in enumerate(versions, 1)
    ]
    known = {one.sha256: one for one in versions}
    found = binding_versions("P1", signings, known, date(2026, 1, day))[0]
    return found.agreement.version, dict(found.passed_over)


@pytest.mark.hazard("H-303")
def test_a_worse_version_does_not_bind_even_where_it_was_signed() -> None:
    first, worse, better = version("1"), version("2", "39"), version("3", "41")
    assert bound(9, first, worse)[0] == "1"
    assert "keeps less" in bound(9, first, worse)[1]["2"][0]
    assert bound(9, first, better)[0] == "3"
    assert bound(1, first, better)[0] == "1"  # on the day before it was signed
    assert bound(9, first, better, worse)[0] == "3"


def test_worse_is_more_than_money_on_leaving() -> None:
    old = version("1")
    assert worse_for_participant(old, old) == ()
    assert (
        "days until pay"
        in worse_for_participant(old, version("2", "40", ", within_days = 60"))[0]
    )
    assert worse_for_participant(old, replace(old, currency="USD"))
    assert worse_for_participant(old, replace(old, weeks=30))


def test_nobody_is_bound_by_what_they_did_not_sign() -> None:
    one = version("1")
    signing = Signing(who="P2", sha256=one.sha256, day=date(2026, 1, 1))
    assert binding_versions("P1", [signing], {one.sha256: one}, date(2026, 2, 1)) == ()
    assert binding_versions("P2", [signing], {}, date(2026, 2, 1)) == ()


def lodging(number: str, amount: str) -> Agreement:
    text = TOML.replace('version = "1"', f'version = "{number}"')
    text = text.replace('kind = "participant"', 'kind = "lodger"')
    text = text.replace('agreement = "participation"', 'agreement = "lodging"')
    return read_agreement(text.replace('amount = "40"', f'amount = "{amount}"').encode())


@pytest.mark.hazard("H-303")
def test_versions_are_compared_with_those_of_the_same_agreement_alone() -> None:
    first, bed, worse, less = (
        version("1"),
        lodging("1", "2"),
        version("2", "39"),
        lodging("2", "1"),
    )
    signed = (first, bed, worse, less)
    signings = [
        Signing(who="P1", sha256=one.sha256, day=date(2026, 1, n))
        for n, one in enumerate(signed, 1)
    ]
    known = {one.sha256: one for one in signed}
    found = binding_versions("P1", signings, known, date(2026, 2, 1))
    names = [(one.agreement.name, one.agreement.version, one.joined.day) for one in found]
    assert names == [(first.name, "1", 1), ("lodging", "1", 2)]  # the participation first
    assert [list(one.passed_over) for one in found] == [["2"], ["2"]]


@pytest.mark.hazard("H-303")
@pytest.mark.parametrize(("amount", "is_worse"), [("5", False), ("4", False), ("6", True)])
def test_a_dearer_charge_on_damage_is_worse(amount: str, *, is_worse: bool) -> None:
    def charging(much: str) -> Agreement:
        charge = f'{{ kind = "charge", on = ["damage"], amount = "{much}" }}'
        text = TOML.replace('amount = "40" }]', f'amount = "40" }}, {charge}]')
        return read_agreement(text.encode())

    told = worse_for_participant(charging("5"), charging(amount))
    assert any("charges on damage" in one for one in told) == is_worse
