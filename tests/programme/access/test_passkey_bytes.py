import pytest

from nanoward.programme.access.passkey_bytes import KILL, SIGN_IN, STEP_UP, door_bytes


def test_a_signature_for_one_purpose_is_none_for_another() -> None:
    nonce = b"n" * 32
    assert len({door_bytes(one, nonce) for one in (SIGN_IN, STEP_UP, KILL)}) == 3
    assert door_bytes(SIGN_IN, nonce).startswith(b"nanoward-door-v1\0")


def test_a_short_nonce_is_refused() -> None:
    with pytest.raises(ValueError, match="guessed"):
        door_bytes(SIGN_IN, b"n" * 31)
