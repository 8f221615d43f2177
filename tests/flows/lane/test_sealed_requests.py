"""The whole way by typed commands is in tests/safety/stories."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nanoward.adapters.signers.ed25519 import Ed25519Signer
from nanoward.flows.killcode.use_sealed import (
    code_of,
    signed_code,
    signed_use,
    text_of,
    with_approval,
)
from nanoward.flows.lane.serve_lane import serve_lane
from nanoward.testing.desks import ROLES, SIGNERS, Bay, bay_of

DEVICE = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(b"d" * 32))


def drafted(bay: Bay) -> str:
    told = serve_lane(
        bay.desk,
        bay.book,
        {
            "do": "sealed draft",
            "participant": "P1",
            "mechanism": "inducer",
            "reason": "in case",
            "by": "anna",
            "holds_s": 86_400,
            "device_key": DEVICE.key,
        },
    )
    return str(told["code"])


def signed(text: str) -> str:
    code = code_of(text)
    for name in ("anna", "ben"):
        by, role = SIGNERS[name], ROLES[name]
        one = signed_code(code.request, device_key=DEVICE.key, by=by, name=name, role=role)
        code = with_approval(code, one)
    return text_of(code)


def used(bay: Bay, text: str, seconds: float = 0, **changes: str) -> dict[str, object]:
    at = bay.clock.now() + timedelta(seconds=seconds)
    use = signed_use(code_of(text), DEVICE, at)
    names = ("key", "public", "signature", "scheme")
    asked = {name: getattr(use, name) for name in names} | {"at": at.isoformat(), **changes}
    return serve_lane(bay.desk, bay.book, {"do": "sealed use", "code": text, **asked})


def test_a_code_that_two_have_signed_is_issued_listed_and_fired() -> None:
    bay = bay_of()
    text = signed(drafted(bay))
    issued = serve_lane(bay.desk, bay.book, {"do": "sealed issue", "code": text})
    (row,) = serve_lane(bay.desk, bay.book, {"do": "status"})["sealed"]
    assert (row["order"], row["participant"], row["state"]) == (issued["order"], "P1", "holds")
    assert used(bay, text)["participants"] == {"P1": "acknowledged"}
    bay.clock.advance(timedelta(days=2))
    (row,) = serve_lane(bay.desk, bay.book, {"do": "status"})["sealed"]
    assert row["state"] == "expired"


def test_a_code_that_nobody_signed_is_not_issued() -> None:
    bay = bay_of()
    told = serve_lane(bay.desk, bay.book, {"do": "sealed issue", "code": drafted(bay)})
    assert "a signature is missing" in told["refused"]


@pytest.mark.hazard("H-242")
@pytest.mark.parametrize(
    ("seconds", "changes"),
    [
        (-600, {}),
        (600, {}),
        (0, {"public": SIGNERS["cara"].public}),
        (0, {"public": "zz"}),
        (0, {"key": SIGNERS["cara"].key}),
        (0, {"signature": "00" * 64}),
    ],
)
def test_only_the_devices_own_key_and_of_now_uses_a_code(
    seconds: float, changes: dict[str, str]
) -> None:
    bay = bay_of()
    told = used(bay, signed(drafted(bay)), seconds, **changes)
    assert "the device's key did not sign" in str(told["refused"])
    assert bay.agents.effects() == []
