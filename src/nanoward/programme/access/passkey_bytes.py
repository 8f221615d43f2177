"""What a passkey signs at the doors: a domain for each meaning; none stands for another.

The challenge is the SHA-256 of these bytes, as for a kill code: one verifier checks them all.
"""

from typing import Final

SIGN_IN: Final = "sign in"
STEP_UP: Final = "step up"
REGISTER: Final = "register"
KILL: Final = "kill"
DOMAIN: Final = b"nanoward-door-v1\0"
NONCE: Final = 32  # bytes


def door_bytes(purpose: str, nonce: bytes) -> bytes:
    """What is signed for a purpose of the doors; ValueError for a nonce that is too short."""
    if len(nonce) < NONCE:
        raise ValueError(f"a nonce of {len(nonce)} bytes can be guessed")
    return DOMAIN + purpose.encode() + b"\0" + nonce
