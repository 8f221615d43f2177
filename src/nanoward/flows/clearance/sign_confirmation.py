"""Whose word a confirmation is, where the programme names people who may sign: by their key."""

from collections.abc import Callable
from dataclasses import replace

from nanoward.base.canonical import canonical_json
from nanoward.base.entries import ChangeConfirmed, body_of
from nanoward.flows.clearance.confirm_change import NobodyConfirmsError
from nanoward.flows.desk.known_keys import key_verifies, known_signer
from nanoward.flows.desk.order_state import OrderState
from nanoward.ports.desk import Desk
from nanoward.ports.signer import Signer


def signing_confirmer(desk: Desk, key: Signer) -> Callable[[ChangeConfirmed], ChangeConfirmed]:
    """Puts the name that the programme has for a key, and a signature, on a confirmation.

    NobodyConfirmsError where the key is unknown, revoked or may be another's too, or where a
    name was given that is not its own.
    """
    signer = known_signer(desk, OrderState().refresh(desk), key.key)
    if signer is None:
        raise NobodyConfirmsError(f"the key {key.key[:16]} does not count here")

    def sign(entry: ChangeConfirmed) -> ChangeConfirmed:
        if entry.by.strip() not in ("", signer.name):
            raise NobodyConfirmsError(f"the key is {signer.name}'s, not {entry.by}'s")
        named = replace(entry, by=signer.name)
        message = confirmation_bytes(named)
        signature = key.sign(message)
        if not key_verifies(desk, key.key, message, signature):
            raise NobodyConfirmsError(f"the signature of {signer.name} does not verify")
        return replace(named, signed=f"{signer.name} {key.key} {signature}")

    return sign


def confirmation_bytes(entry: ChangeConfirmed) -> bytes:
    """What is signed: the confirmation without its signature, in canonical form."""
    return b"nanoward/confirm/1\n" + canonical_json(body_of(replace(entry, signed=""))).encode()
