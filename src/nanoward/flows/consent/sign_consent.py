"""Take a signature under the consent document, or refuse it with every reason."""

from collections.abc import Iterator
from dataclasses import replace

from nanoward.audit.receipts import Head
from nanoward.base.entries import ConsentSigned, Entry, StandingDecided
from nanoward.base.errors import RefusedError
from nanoward.clearance.consent.consent_state import MEANING, signature_hash, signing_refusals
from nanoward.flows.consent.read_consent import (
    SCREENED,
    ConsentRecord,
    clearance_entries,
    on_record,
)
from nanoward.ports.ledger import Ledger
from nanoward.ports.ports import Ports
from nanoward.ports.signer import Signer


class ConsentRefusedError(RefusedError):
    """A signature that cannot be taken; nothing was written."""

    code = "CLR-008"
    next_step = "Put right what is named, and let the person sign again."


def sign_consent(
    ports: Ports, signing: ConsentSigned, *, by: str, signer: Signer | None = None
) -> tuple[ConsentSigned, Head]:
    """Write the signature, bound to all that was signed; the moment is the clock's.

    signer  the person's own key, unlocked by their password: it signs the hash of the record

    Each signature is a new record: an earlier one is never changed. Who had left joins again
    by it, and begins as somebody who is screened.
    """
    now = ports.clock.now()
    known = on_record(ports.ledger, signing.participant)
    stamped = replace(
        signing,
        at=now,
        signed=ports.today(),
        programme=ports.folder.plan().name,
        meaning=signing.meaning or MEANING,
        key=signer.public if signer else "",
    )
    bound = replace(stamped, signature_sha256=signature_hash(stamped))
    refusals = (
        *signing_refusals(known.consent, bound),
        *_foreign_keys(ports.ledger, bound),
    )
    if refusals:
        raise ConsentRefusedError(f"{signing.participant}: {'; '.join(refusals)}")
    if signer:
        signed = signer.sign(bound.signature_sha256.encode())
        bound = replace(bound, key_signature=signed)
    return bound, ports.ledger.append(_entries(known, bound), actor=by, at=now)


def _entries(known: ConsentRecord, bound: ConsentSigned) -> list[Entry]:
    entries: list[Entry] = [bound]
    if known.standing in ("withdrawn", SCREENED):
        entries.append(
            StandingDecided(
                participant=bound.participant,
                standing=SCREENED,
                as_of=bound.signed,
                since=bound.signed,
                reasons=("signed the consent; the next round decides",),
            )
        )
    return entries


def _foreign_keys(ledger: Ledger, bound: ConsentSigned) -> Iterator[str]:
    """A key that is another's already (21 CFR 11.100(a): unique to one individual)."""
    if not bound.key:
        return
    others = {
        one.participant
        for one in clearance_entries(ledger)
        if isinstance(one, ConsentSigned) and one.key == bound.key
    } - {bound.participant}
    for other in sorted(others):
        yield f"the key has signed for {other}; nobody signs with another's key"
