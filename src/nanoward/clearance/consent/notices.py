"""Notices of the way out: which are owed to whom, and what they shut until they are settled."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from nanoward.base.entries import ConsentWithdrawn, Entry
from nanoward.base.entries.exit import NoticeCarried, NoticeGiven
from nanoward.base.names import identity_of

LEAVE, STOP, LESS, CONCERN = "leave", "stop", "less", "concern"
LANE, LEDGER, STAFF, ADVOCATE = "lane", "ledger", "staff", "advocate"
WAYS: Mapping[str, tuple[str, ...]] = {  # who is told of a wish, the most urgent first
    LEAVE: (LANE, LEDGER, STAFF),
    STOP: (LANE, STAFF),
    LESS: (LANE, STAFF),
    CONCERN: (ADVOCATE, LEDGER),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice and who was told of it."""

    given: NoticeGiven
    carried: frozenset[str] = frozenset()

    @property
    def owed(self) -> tuple[str, ...]:
        """Who is to be told yet, the most urgent first."""
        return tuple(way for way in ways_of(self.given) if way not in self.carried)


def ways_of(given: NoticeGiven) -> tuple[str, ...]:
    """Who is told of a notice: taking back a use of data stops no agent."""
    ways = WAYS.get(given.wish, (STAFF,))
    return tuple(way for way in ways if way != LANE or not given.uses)


def notices_after(notices: dict[str, Notice], entry: Entry) -> None:
    """Fold one more entry; a notice that was given twice is one."""
    if isinstance(entry, NoticeGiven):
        notices.setdefault(entry.notice, Notice(given=entry))
    elif isinstance(entry, NoticeCarried) and entry.notice in notices:
        known = notices[entry.notice]
        notices[entry.notice] = replace(known, carried=known.carried | {entry.to})


def notices_of(entries: Iterable[Entry]) -> dict[str, Notice]:
    """Every notice by its identifier, oldest first."""
    found: dict[str, Notice] = {}
    for entry in entries:
        notices_after(found, entry)
    return found


def standing_notices(
    notices: Iterable[Notice], participant: str, ledger: Iterable[Entry]
) -> tuple[NoticeGiven, ...]:
    """Notices that shut what starts or raises, because not all has followed them yet.

    A leave stands until the programme's ledger itself holds it, whatever the spool says of it;
    a stop or less until the lane has confirmed it. A concern shuts nothing.

    ledger  what the programme's ledger says of the person
    """
    held = {one.notice for one in ledger if isinstance(one, ConsentWithdrawn) and one.notice}
    name = identity_of(participant)
    return tuple(
        one.given
        for one in notices
        if identity_of(one.given.participant) in (name, "")
        and (
            (one.given.wish == LEAVE and one.given.notice not in held)
            or (one.given.wish in (STOP, LESS) and LANE not in one.carried)
        )
    )


def notice_reasons(notices: Iterable[NoticeGiven]) -> tuple[str, ...]:
    """What is told of notices that stand."""
    words = {LEAVE: "leave", STOP: "stop", LESS: "have less"}
    return tuple(
        f"{one.by or one.participant} asked to {words.get(one.wish, one.wish)}"
        f" at {one.given:%Y-%m-%d %H:%M} UTC; nothing passes until that is settled"
        for one in notices
    )
