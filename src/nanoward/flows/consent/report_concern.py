"""Take a private word for doubt: it withdraws nothing and reaches the advocate alone."""

from nanoward.audit.receipts import Head
from nanoward.base.canonical import sha256_of
from nanoward.base.entries import DoubtSpoken
from nanoward.ports.notifier import Notifier
from nanoward.ports.ports import Ports


def report_concern(ports: Ports, participant: str, words: str, *, advocate: Notifier) -> Head:
    """First that it was spoken, then the words to the advocate; no gate and no pay moves.

    The ledger keeps the words' hash alone, with nobody else's name beside it. Anybody may
    speak, with or without words, in every standing, as often as they like.
    """
    now = ports.clock.now()
    entry = DoubtSpoken(
        participant=participant, spoken=now.date(), words_sha256=sha256_of(words.encode())
    )
    head = ports.ledger.append([entry], actor=participant, at=now)
    advocate.notify(
        urgency="today",
        subject=participant,
        message=words or "wants to speak with you, and said no more",
    )
    return head
