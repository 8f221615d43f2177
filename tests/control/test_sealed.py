from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nanoward.base.entries import KillApproved, KillRequested
from nanoward.control.kill_state import Signer
from nanoward.control.sealed import (
    CodeContext,
    SealedCode,
    may_use,
    sealed_bytes,
    use_bytes,
)

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANNA = Signer(name="anna", roles=frozenset({"physician"}), key="ka")
BEN = Signer(name="ben", roles=frozenset({"safety_officer", "physician"}), key="kb")


def approval(by: Signer, as_: str) -> KillApproved:
    return KillApproved(order="C1", signer=by.name, role=as_, key=by.key, signature="")


def code(*, approvals: tuple[KillApproved, ...] | None = None, **changes: Any) -> SealedCode:
    asked = KillRequested(
        order="C1",
        agent="A1",
        spec_sha256="",
        owner="ours",
        lot="L1",
        participants=("P1",),
        mechanism="inducer",
        dose=1.0,
        unit="mg",
        reason="",
        requested_by="anna",
        not_before=START,
        expires=START + timedelta(days=7),
        plan_sha256="",
        ledger_size=0,
        ledger_hash="",
        expected_escapees=0.0,
        monotonic_s=0.0,
    )
    both = (approval(ANNA, "physician"), approval(BEN, "safety_officer"))
    return SealedCode(
        request=replace(asked, **changes),
        device_key="kd",
        approvals=both if approvals is None else approvals,
    )


def use(found: SealedCode, **changes: Any) -> str:
    asked: dict[str, Any] = {
        "signers": (ANNA, BEN),
        "verified": (True, True),
        "device_signed": True,
        "lot": "L1",
        "spec_sha256": "",
        "last_use": None,
        "now": START + timedelta(days=3),
    }
    return " · ".join(may_use(found, CodeContext(**asked | changes)))


def test_a_sound_code_works() -> None:
    assert use(code()) == ""
    assert use(code(), now=START) == ""


@pytest.mark.hazard("H-28")
@pytest.mark.parametrize(
    ("made", "changes", "reason"),
    [
        (code(participants=("P1", "P2")), {}, "more than one participant"),
        (code(expires=START + timedelta(days=7, seconds=1)), {}, "longer than 7 days"),
        (code(expires=START), {}, "longer than 7 days"),
        (code(), {"verified": (True, False)}, "missing or does not count"),
        (code(), {"signers": (ANNA, None)}, "missing or does not count"),
        (code(), {"signers": (ANNA, replace(BEN, name="bea"))}, "missing"),
        (code(), {"signers": (ANNA, replace(BEN, key="k9"))}, "missing"),
        (code(), {"signers": (ANNA, replace(BEN, roles=frozenset()))}, "missing"),
        (code(order="C2"), {}, "missing"),
        (code(owner="acme"), {}, "missing"),
        (
            code(approvals=(approval(BEN, "physician"), approval(BEN, "safety_officer"))),
            {"signers": (BEN, BEN)},
            "fewer than 2",
        ),
        (code(), {"device_signed": False}, "device"),
        (code(), {"last_use": START}, "used at this participant already"),
        (code(), {"last_use": START + timedelta(days=2)}, "used at this participant already"),
        (code(), {"lot": "L2"}, "made for lot L1; the participant carries L2"),
        (code(), {"lot": ""}, "the participant carries none"),
        (code(), {"spec_sha256": "other"}, "made for lot L1"),
        (code(), {"now": START - timedelta(seconds=1)}, "not valid yet"),
        (code(), {"now": START + timedelta(days=7)}, "expired"),
    ],
)
def test_a_code_that_is_not_quite_right_does_not_work(
    made: SealedCode, changes: dict[str, Any], reason: str
) -> None:
    assert reason in use(made, **changes)


def test_a_code_issued_after_the_last_use_works_again() -> None:
    assert use(code(), last_use=START - timedelta(seconds=1)) == ""


@pytest.mark.hazard("H-77")
def test_two_keys_of_one_person_are_one_signature() -> None:
    twin = replace(BEN, person="007")
    assert "fewer than 2" in use(code(), signers=(replace(ANNA, person="007"), twin))


def test_the_signed_bytes_name_the_device_the_person_and_the_moment() -> None:
    asked = code().request
    one = sealed_bytes(asked, device_key="kd", signer="anna", role="physician")
    assert one != sealed_bytes(asked, device_key="k2", signer="anna", role="physician")
    assert one != sealed_bytes(asked, device_key="kd", signer="ben", role="physician")
    assert one != sealed_bytes(asked, device_key="kd", signer="anna", role="council")
    assert use_bytes(code(), START) != use_bytes(code(), START + timedelta(seconds=1))
    assert use_bytes(code(), START) != use_bytes(code(order="C2"), START)
