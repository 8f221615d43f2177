import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.programme.access.rights import (
    MATRIX,
    NEVER_ASKS_AGAIN,
    STEP_UP,
    Right,
    Role,
    Scope,
    grant,
)

ROLES = st.lists(st.sampled_from(list(Role)), unique=True)


def test_every_right_has_a_row_and_somebody_who_holds_it() -> None:
    assert {right for right, _ in MATRIX} == set(Right)


def test_an_administrator_has_no_clinical_right_and_an_auditor_writes_nothing() -> None:
    held = {right for right, role in MATRIX if role is Role.ADMINISTRATOR}
    assert not held & {
        Right.READ_CLINICAL, Right.WRITE_CLINICAL, Right.SIGN_STANDING, Right.SEND_ORDER,
        Right.READ_GENOMES, Right.REQUEST_KILL, Right.APPROVE_KILL, Right.UNBLIND,
    }  # fmt: skip
    auditor = {right for right, role in MATRIX if role is Role.AUDITOR}
    assert all(right.startswith(("read", "export", "use")) for right in auditor)


def test_what_stops_never_asks_for_a_fresh_signature() -> None:
    assert not NEVER_ASKS_AGAIN & STEP_UP


def test_a_participant_reaches_themselves_alone() -> None:
    own = grant([Role.PARTICIPANT], Right.READ_CLINICAL, subject="P001", me="P001")
    assert own is not None
    assert own.scope is Scope.OWN
    assert grant([Role.PARTICIPANT], Right.READ_CLINICAL, subject="P002", me="P001") is None
    assert grant([Role.PARTICIPANT], Right.READ_CLINICAL, subject="P001", me=None) is None


def test_a_nurse_reaches_their_own_site_and_stops_anybody() -> None:
    asked = {"subject": "P002", "same_site": False}
    assert grant([Role.NURSE], Right.READ_CLINICAL, **asked) is None
    assert grant([Role.NURSE], Right.STOP_AGENT, **asked) is not None


@given(roles=ROLES, more=ROLES, right=st.sampled_from(list(Right)))
def test_more_roles_never_reach_less(roles: list[Role], more: list[Role], right: Right) -> None:
    few = grant(roles, right, subject="P001", me="P001")
    many = grant([*roles, *more], right, subject="P001", me="P001")
    order = list(Scope)
    if few is not None:
        assert many is not None
        assert order.index(many.scope) <= order.index(few.scope)


@given(right=st.sampled_from(list(Right)))
def test_without_a_role_nothing_is_granted(right: Right) -> None:
    assert grant([], right, subject="P001", me="P001") is None


@pytest.mark.hazard("H-404")
def test_an_emergency_opens_one_person_and_reading_alone() -> None:
    def asked(right: Right, subject: str | None, *roles: Role) -> Scope | None:
        found = grant(roles, right, subject=subject, same_site=False, opened={"P1"})
        return found and found.scope

    assert asked(Right.READ_IDENTITY, "P1", Role.NURSE) is Scope.ALL
    assert asked(Right.READ_IDENTITY, "P2", Role.NURSE) is None
    assert asked(Right.READ_IDENTITY, None, Role.PHARMACOLOGIST) is None
    assert asked(Right.WRITE_CLINICAL, "P1", Role.NURSE) is None
    assert asked(Right.READ_IDENTITY, "P1", Role.MONITOR) is None
