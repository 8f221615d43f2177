"""Whether a person stands in the exit's spool: asked by whatever would start or raise.

This is the one question of its kind; `nanoward clearance may`, orders and fleets ask it.
"""

from collections.abc import Iterator

from nanoward.base.entries import KINDS, Entry, entry_of
from nanoward.base.entries.exit import NoticeGiven
from nanoward.clearance.consent.notices import (
    Notice,
    notice_reasons,
    notices_of,
    standing_notices,
)
from nanoward.ports.ledger import Ledger, Record

GIVEN = "exit.NoticeGiven"  # one to everybody names nobody, and is found by its kind


def spool_reasons(spool: Ledger | None, ledger: Ledger, participant: str) -> tuple[str, ...]:
    """Why nothing may start or be raised for a person now; none where nothing stands.

    spool   the exit's own ledger; None where nobody ever left
    ledger  the programme's
    raises  IntegrityError, OutsideError where the spool cannot be read: then nothing may
    """
    return notice_reasons(notices_standing(spool, ledger, participant))


def notices_standing(
    spool: Ledger | None, ledger: Ledger, participant: str
) -> tuple[NoticeGiven, ...]:
    """What the person, or everybody, said at the way out and is not settled yet."""
    notices = person_notices(spool, participant)
    if not notices:
        return ()
    held = entries_of(ledger.about(participant))
    return standing_notices(notices.values(), participant, held)


def person_notices(spool: Ledger | None, participant: str) -> dict[str, Notice]:
    """Every notice of a person, and of everybody, by its identifier."""
    if spool is None:
        return {}
    return notices_of(entries_of(spool.about(participant, kinds=(GIVEN,))))


def entries_of(records: Iterator[Record]) -> Iterator[Entry]:
    """The entries that records hold."""
    return (entry_of(one.kind, one.body, KINDS) for one in records)
