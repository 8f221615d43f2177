from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.base.entries.programme import (
    AccountOpened,
    EmergencyAccessOpened,
    EmergencyAccessReviewed,
    RecoveryProposed,
    RoleConfirmed,
    RoleDeclined,
    RoleEnded,
    RoleProposed,
)
from nanoward.programme.access.rights import Role
from nanoward.programme.access.role_book import (
    APART,
    RoleBook,
    may_confirm,
    may_end,
    may_propose,
    may_recover,
    may_review,
    needs_nobody,
    waits_until,
)

NOON = datetime(2026, 6, 29, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def book_of(**held: Role) -> RoleBook:
    book = RoleBook()
    for name, role in held.items():
        book.take(AccountOpened(account=name, name=name, site="", invite=""), NOON)
        confirmed = RoleConfirmed(grant=name, account=name, role=role, confirmed_by="nobody")
        book.take(confirmed, NOON)
    return book


def proposed(account: str, role: Role, by: str, grant: str = "g") -> RoleProposed:
    return RoleProposed(grant=grant, account=account, role=role, proposed_by=by, reason="r")


def opened(book: RoleBook, name: str) -> RoleBook:
    book.take(AccountOpened(account=name, name=name, site="", invite=""), NOON)
    return book


ADMIN, NURSE, COUNCIL = Role.ADMINISTRATOR, Role.NURSE, Role.COUNCIL


@pytest.mark.hazard("H-399")
def test_the_first_administrator_alone_grants_nothing_but_a_second_one() -> None:
    book = opened(book_of(ada=ADMIN), "nia")
    assert "a second administrator" in may_propose(book, "nia", NURSE, by="ada")[0]
    assert may_propose(book, "nia", ADMIN, by="ada") == ()
    assert needs_nobody(book, ADMIN)
    assert not needs_nobody(book, NURSE)
    assert not needs_nobody(book_of(ada=ADMIN, ben=ADMIN), ADMIN)


@pytest.mark.hazard("H-399")
def test_nobody_gives_themselves_a_role_nor_confirms_what_they_proposed() -> None:
    book = opened(book_of(ada=ADMIN, ben=ADMIN), "nia")
    assert may_propose(book, "ada", NURSE, by="ada")
    book.take(proposed("nia", NURSE, "ada"), NOON)
    assert "whoever proposed a role does not confirm it" in may_confirm(book, "g", by="ada")
    assert may_confirm(book, "g", by="ben") == ()
    book.take(proposed("ben", NURSE, "ada", "h"), NOON)
    assert "nobody confirms a role of their own" in may_confirm(book, "h", by="ben")
    assert may_confirm(book, "nothing", by="ben") == ("no such proposal is waiting",)


def test_the_council_confirms_as_soon_as_it_has_an_account() -> None:
    book = opened(book_of(ada=ADMIN, ben=ADMIN, cara=COUNCIL), "nia")
    book.take(proposed("nia", NURSE, "ada"), NOON)
    assert may_confirm(book, "g", by="cara") == ()
    assert "a member of the council confirms a role" in may_confirm(book, "g", by="ben")


def test_a_proposal_of_somebody_who_administers_no_more_falls() -> None:
    book = opened(book_of(ada=ADMIN, ben=ADMIN, cem=ADMIN), "nia")
    book.take(proposed("nia", NURSE, "ada"), NOON)
    book.take(RoleEnded(account="ada", role=ADMIN, ended_by="ben", reason=""), NOON)
    assert may_confirm(book, "g", by="ben") == ("no such proposal is waiting",)


def test_a_declined_proposal_waits_no_more() -> None:
    book = opened(book_of(ada=ADMIN, ben=ADMIN), "nia")
    book.take(proposed("nia", NURSE, "ada"), NOON)
    assert may_propose(book, "nia", NURSE, by="ben") == ("nurse was proposed already",)
    book.take(RoleDeclined(grant="g", declined_by="ben", reason=""), NOON)
    assert may_propose(book, "nia", NURSE, by="ben") == ()


@pytest.mark.hazard("H-402")
def test_whoever_gave_a_role_that_they_had_not_waits_a_day_with_it() -> None:
    book = opened(book_of(ada=ADMIN, ben=ADMIN), "nia")
    book.take(proposed("nia", NURSE, "ada"), NOON)
    confirmed = RoleConfirmed(grant="g", account="nia", role=NURSE, confirmed_by="ben")
    book.take(confirmed, NOON + HOUR)
    assert waits_until(book, "ada") == {NURSE: NOON + 24 * HOUR}
    assert waits_until(book, "ben") == {NURSE: NOON + 25 * HOUR}
    book.take(proposed("nia", ADMIN, "ada", "h"), NOON)
    assert ADMIN not in waits_until(book, "ada")  # they had it before: nothing is gained


def test_the_last_two_administrators_stay() -> None:
    book = book_of(ada=ADMIN, ben=ADMIN, nia=NURSE)
    assert "two administrators must stay" in may_end(book, "ada", ADMIN, by="ben")[0]
    assert may_end(book, "nia", NURSE, by="ada") == ()
    assert may_end(book, "nia", NURSE, by="nia") == ()
    assert may_end(book, "nia", COUNCIL, by="ada")
    assert may_end(opened(book, "zoe"), "nia", NURSE, by="zoe")


@pytest.mark.hazard("H-402")
def test_a_recovery_needs_two_other_people() -> None:
    book = book_of(ada=ADMIN, ben=ADMIN, nia=NURSE)
    asked = RecoveryProposed(
        recovery="r", account="nia", proposed_by="ada", identity_check="passport"
    )
    book.take(asked, NOON)
    assert may_recover(book, "r", by="ada") == ("whoever proposed it does not confirm it",)
    assert may_recover(book, "r", by="nia")
    assert may_recover(book, "r", by="ben") == ()
    assert may_recover(book, "s", by="ben") == ("no such recovery is waiting",)


@pytest.mark.hazard("H-404")
def test_an_emergency_is_reviewed_by_somebody_else_within_a_day() -> None:
    book, access = book_of(nia=NURSE, cara=COUNCIL), "e"
    entry = EmergencyAccessOpened(
        access=access, account="nia", participants=("P1",), reason="r", until=NOON + HOUR
    )
    book.take(entry, NOON)
    assert may_review(book, access, by="nia") == ("whoever opened it does not review it",)
    assert may_review(book, "f", by="cara")
    assert book.overdue(NOON + 24 * HOUR) == ()
    assert book.overdue(NOON + 25 * HOUR) == (entry,)
    book.take(EmergencyAccessReviewed(access=access, reviewed_by="cara", note="n"), NOON)
    assert book.overdue(NOON + 25 * HOUR) == ()
    assert may_review(book, access, by="cara") == ("it was reviewed already",)


@given(one=st.sampled_from(list(Role)), other=st.sampled_from(list(Role)))
def test_roles_that_are_apart_never_meet(one: Role, other: Role) -> None:
    book = opened(book_of(ada=ADMIN, ben=ADMIN, zoe=one), "nia")
    refused = may_propose(book, "zoe", other, by="ada")
    apart = other in APART.get(one, ()) or one in APART.get(other, ())
    assert any("does not go together" in told for told in refused) == apart
