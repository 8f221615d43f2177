"""Whose key it is: the programme's word for a signer, and for a participant's own key."""

from dataclasses import replace

from nanoward.base.canonical import sha256_of
from nanoward.control.kill_state import Signer
from nanoward.control.orders import Order, signing_bytes
from nanoward.control.plan import ROLES_OF_STAFF
from nanoward.flows.desk.order_state import OrderState
from nanoward.ports.desk import Desk

PARTICIPANT, STAFF = "participant", "staff"
SCHEME_OF_PARTICIPANTS = "ed25519"


def known_signer(desk: Desk, book: OrderState, key: str) -> Signer | None:
    """Who holds a key; None where it is unknown, revoked, or may be another's too."""
    if key in book.revoked or key in desk.plan.doubtful():
        return None
    return next((one.signer for one in desk.plan.signers if one.signer.key == key), None)


def key_verifies(desk: Desk, key: str, message: bytes, signature: str) -> bool:
    """Whether an enrolled key made a signature."""
    enrolled = next((one for one in desk.plan.signers if one.signer.key == key), None)
    return enrolled is not None and desk.signatures.verifies(
        scheme=enrolled.scheme, public=enrolled.public, message=message, signature=signature
    )


def identified(desk: Desk, book: OrderState, order: Order) -> Order:
    """The order with role and scopes as the programme has them for its signer.

    Whoever is not known by a key has no role and no scope, whatever the order claims.
    """
    signer = known_signer(desk, book, order.key)
    if signer is not None:
        role = STAFF if signer.roles & ROLES_OF_STAFF else "observer"
        return replace(order, role=role, scopes=signer.scopes)
    if _is_own_key(book, order):
        carrier = book.carriers.get(order.participant)
        owner = (carrier.owner,) if carrier else ()
        return replace(order, role=PARTICIPANT, scopes=owner)
    return replace(order, role="", scopes=())


def is_signed(desk: Desk, book: OrderState, order: Order) -> bool:
    """Whether the key of who asks, as the programme knows it, signed this very order."""
    message = signing_bytes(order)
    signer = known_signer(desk, book, order.key)
    if signer is not None:
        by = order.requested_by == signer.name
        return by and key_verifies(desk, order.key, message, order.signature)
    if not _is_own_key(book, order) or order.requested_by != order.participant:
        return False
    public = _own_public(book, order.participant)
    return desk.signatures.verifies(
        scheme=SCHEME_OF_PARTICIPANTS, public=public, message=message, signature=order.signature
    )


def _is_own_key(book: OrderState, order: Order) -> bool:
    """Whether it is the key that the participant signed their consent with."""
    public = _own_public(book, order.participant)
    if not public or order.key in book.revoked:
        return False
    try:
        return sha256_of(bytes.fromhex(public)) == order.key
    except ValueError:
        return False


def _own_public(book: OrderState, participant: str) -> str:
    signed = book.people.consent(participant).signed
    return signed.key if signed is not None else ""
