"""Enrol a participant with an agent and a driver: signed, and never over something open."""

from collections.abc import Sequence
from dataclasses import replace

from nanoward.base.entries import CarrierEnrolled
from nanoward.base.errors import RefusedError
from nanoward.control.enrolment import enrolment_bytes, enrolment_refusals
from nanoward.flows.desk.known_keys import key_verifies, known_signer
from nanoward.flows.desk.order_state import OrderState
from nanoward.ports.desk import Desk
from nanoward.ports.signer import Signer


class EnrolmentRefusedError(RefusedError):
    """A participant cannot be enrolled so; nothing was written."""

    code = "REF-065"
    next_step = "Put right what is named; a change needs a second person's key as well."


def enrol_carrier(
    desk: Desk,
    book: OrderState,
    carrier: CarrierEnrolled,
    *,
    keys: Sequence[Signer],
    actor: str,
) -> CarrierEnrolled:
    """Write an enrolment on the lane's ledger, signed by one person, or two where it changes.

    keys  of whoever enrols; the programme says whose they are
    """
    book.refresh(desk)
    who, found, signed = carrier.participant, [], []
    for key in keys:
        signer = known_signer(desk, book, key.key)
        if signer is None:
            raise EnrolmentRefusedError(f"the key {key.key[:16]} does not count here")
        message = enrolment_bytes(carrier, signer=signer.name)
        signature = key.sign(message)
        if key_verifies(desk, key.key, message, signature):
            found.append(signer)
            signed.append(f"{signer.name} {key.key} {signature}")
    against = enrolment_refusals(
        carrier,
        book.carriers.get(who),
        signers=found,
        open_=open_matters(desk, book, who),
        released=book.people.released,
    )
    if carrier.driver not in desk.drivers:
        against = (*against, f"no driver is called {carrier.driver!r}")
    if against:
        raise EnrolmentRefusedError(f"{who}: {'; '.join(against)}")
    carrier = replace(carrier, signed=tuple(signed))
    desk.lane.append([carrier], actor=actor, at=desk.clock.now())
    book.refresh(desk)
    return carrier


def open_matters(desk: Desk, book: OrderState, who: str) -> tuple[str, ...]:
    """Orders, leases and kill codes of a participant that are not over."""
    now = desk.clock.now()
    orders = list(book.unsettled.get(who, {}))
    leases = [
        name
        for place, found in book.leases.items()
        if place[0] == who
        for name, one in found.items()
        if one.end > now and name not in orders
    ]
    waiting = [one.order for one in book.queue(who).waiting]
    return (
        *(f"order {one}" for one in (*orders, *waiting)),
        *(f"lease of order {one}" for one in leases),
        *(("a kill code",) if book.kill_open(who) else ()),
    )
