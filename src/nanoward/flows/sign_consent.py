"""Take a signature under the consent document, or refuse it with every reason."""

from dataclasses import replace

from nanoward.base.entries import ConsentSigned, Entry, StandingDecided
from nanoward.base.errors import RefusedError
from nanoward.clearance.consent import MEANING, signature_hash, signing_refusals
from nanoward.flows.read_consent import SCREENED, on_record
from nanoward.ports.ledger import Head
from nanoward.ports.site import Site


class ConsentRefusedError(RefusedError):
    """A signature that cannot be taken; nothing was written."""

    code = "CLR-008"
    next_step = "Put right what is named, and let the person sign again."


def sign_consent(site: Site, signing: ConsentSigned, *, by: str) -> tuple[ConsentSigned, Head]:
    """Write the signature, bound to all that was signed; the moment is the clock's.

    Each signature is a new record: an earlier one is never changed. Who had left joins again
    by it, and begins as somebody who is screened.
    """
    now = site.clock.now()
    known = on_record(site.ledger, signing.participant)
    stamped = replace(signing, at=now, signed=now.date(), meaning=signing.meaning or MEANING)
    bound = replace(stamped, signature_sha256=signature_hash(stamped))
    refusals = signing_refusals(known.consent, bound)
    if refusals:
        raise ConsentRefusedError(f"{signing.participant}: {'; '.join(refusals)}")
    entries: list[Entry] = [bound]
    if known.standing in ("withdrawn", SCREENED):
        entries.append(
            StandingDecided(
                participant=signing.participant,
                standing=SCREENED,
                as_of=now.date(),
                since=now.date(),
                reasons=("signed the consent; the next round decides",),
            )
        )
    return bound, site.ledger.append(entries, actor=by, at=now)
