"""The council's matters as the entries have them: packs, positions, pauses, actions."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from nanoward.base.canonical import canonical_json, sha256_of
from nanoward.base.entries import Entry
from nanoward.base.entries.council import (
    ActionAgreed,
    ActionClosed,
    ArmRevealed,
    CouncilAsked,
    CouncilDecided,
    CouncilPaused,
    CouncilPauseEnded,
    PackMade,
    PackOpened,
    PositionCommitted,
    PositionShown,
)
from nanoward.base.evidence import GUESSED
from nanoward.programme.council.charter import Charter, UnknownCouncilMatterError

# from the safest on: a tie is the safer of the two
DECISIONS = ("stop", "pause", "more data", "unblind", "modify", "continue", "raise")
UNBLIND = "unblind"
GOES_ON = frozenset({"modify", "continue", "raise"})
RAISE = "raise"
QUERIES = ("entry KIND", "event NAME reported", "no finding CODE", "case NAME closed")


@dataclass(slots=True)
class CouncilMatters:
    """Everything of the council, oldest first."""

    packs: dict[str, PackMade] = field(default_factory=dict)
    opened: dict[tuple[str, str], list[PackOpened]] = field(default_factory=dict)
    committed: dict[tuple[str, str], PositionCommitted] = field(default_factory=dict)
    shown: dict[tuple[str, str], PositionShown] = field(default_factory=dict)
    decided: dict[str, CouncilDecided] = field(default_factory=dict)
    pauses: dict[str, CouncilPaused] = field(default_factory=dict)
    ended: dict[str, CouncilPauseEnded] = field(default_factory=dict)
    actions: dict[str, ActionAgreed] = field(default_factory=dict)
    closed: dict[str, ActionClosed] = field(default_factory=dict)
    revealed: list[ArmRevealed] = field(default_factory=list)
    asked: list[CouncilAsked] = field(default_factory=list)

    def pack(self, name: str) -> PackMade:
        """A pack by name, the last where none is named; UnknownCouncilMatterError."""
        if not name and self.packs:
            return next(reversed(self.packs.values()))
        if name not in self.packs:
            raise UnknownCouncilMatterError(f"no pack {name!r} was made")
        return self.packs[name]

    def open_pauses(self) -> tuple[CouncilPaused, ...]:
        """Pauses that stand."""
        return tuple(one for name, one in self.pauses.items() if name not in self.ended)

    def open_actions(self) -> tuple[ActionAgreed, ...]:
        """Actions that are not done, the nearest day first."""
        left = [one for name, one in self.actions.items() if name not in self.closed]
        return tuple(sorted(left, key=lambda one: (one.due, one.action)))

    def informed(self, who: str) -> tuple[str, ...]:
        """Participants whose arm somebody knows: analyses of theirs are not blinded."""
        return tuple(dict.fromkeys(one.participant for one in self.revealed if one.who == who))


def council_matters(entries: Iterable[Entry]) -> CouncilMatters:
    """All matters, by the entries in their order."""
    matters = CouncilMatters()
    for entry in entries:
        _take(matters, entry)
    return matters


def _take(matters: CouncilMatters, entry: Entry) -> None:
    match entry:
        case PackMade():
            matters.packs[entry.pack] = entry
        case PackOpened():
            matters.opened.setdefault((entry.pack, entry.member), []).append(entry)
        case PositionCommitted():
            matters.committed.setdefault((entry.pack, entry.member), entry)
        case PositionShown():
            matters.shown.setdefault((entry.pack, entry.member), entry)
        case CouncilDecided():
            matters.decided[entry.pack] = entry
        case _:
            _take_act(matters, entry)


def _take_act(matters: CouncilMatters, entry: Entry) -> None:
    match entry:
        case CouncilPaused():
            matters.pauses[entry.pause] = entry
        case CouncilPauseEnded():
            matters.ended[entry.pause] = entry
        case ActionAgreed():
            matters.actions[entry.action] = entry
        case ActionClosed():
            matters.closed[entry.action] = entry
        case ArmRevealed():
            matters.revealed.append(entry)
        case CouncilAsked():
            matters.asked.append(entry)
        case _:
            pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """What a member says; nonce: 32 random hexadecimal letters, so that nobody can guess it."""

    decision: str
    reason: str
    conflict: str
    accepts_guess: bool
    nonce: str

    def content(self, pack: PackMade, member: str) -> bytes:
        """The bytes that are committed to: of this pack, and of this member alone."""
        said = {
            "pack": pack.pack, "open": pack.open_sha256, "closed": pack.closed_sha256,
            "member": member, "decision": self.decision, "reason": self.reason,
            "conflict": self.conflict, "accepts_guess": self.accepts_guess,
            "nonce": self.nonce,
        }  # fmt: skip
        return canonical_json(said).encode()

    def commitment(self, pack: PackMade, member: str) -> str:
        """What stands on the ledger before all have spoken."""
        return sha256_of(self.content(pack, member))


def commit_faults(
    matters: CouncilMatters, pack: PackMade, member: str, decision: str, now: datetime
) -> tuple[str, ...]:
    """Why a position cannot be taken: the pack unseen, the time over, or taken already."""
    told = []
    if decision not in DECISIONS:
        told.append(f"no decision is {decision!r}; {', '.join(DECISIONS)}")
    parts = {one.part for one in matters.opened.get((pack.pack, member), [])}
    if "closed" not in parts:
        told.append(f"{member} has not opened the pack")
    if (pack.pack, member) in matters.committed:
        told.append(f"{member} has taken a position")
    if now > pack.closes or pack.pack in matters.decided:
        told.append(f"no position is taken after {pack.closes:%Y-%m-%d %H:%M}")
    return tuple(told)


def show_faults(
    matters: CouncilMatters, charter: Charter, pack: PackMade, member: str, now: datetime
) -> tuple[str, ...]:
    """Why a position stays secret: not all have spoken, and there is time left."""
    told = []
    if (pack.pack, member) not in matters.committed:
        told.append(f"{member} has taken no position")
    waits = [one for one in charter.members if (pack.pack, one) not in matters.committed]
    if waits and now <= pack.closes:
        told.append(f"{', '.join(sorted(waits))} has not spoken: positions stay secret")
    return tuple(told)


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilVote:
    """What follows from the positions that were shown."""

    decision: str
    positions: tuple[str, ...]
    minority: tuple[str, ...]


def vote(matters: CouncilMatters, charter: Charter, pack: PackMade) -> CouncilVote:
    """The decision of most; of as many, the safer. With a conflict none is counted."""
    own = [one for (name, _), one in matters.shown.items() if name == pack.pack]
    counted = [one for one in own if not one.conflict and one.member in charter.members]
    counts = Counter(one.decision for one in counted)
    most = max(counts.values(), default=0)
    best = [one for one in DECISIONS if counts[one] == most and most]
    decision = best[0] if best else DECISIONS[0]
    said = {one.member: f"{one.member}: {one.decision}: {one.reason}" for one in own}
    minority = [said[one.member] for one in counted if one.decision != decision]
    return CouncilVote(
        decision=decision, positions=tuple(said[one] for one in sorted(said)),
        minority=tuple(sorted(minority)),
    )  # fmt: skip


def decide_faults(  # what has to hold is long; each line is one rule of the charter
    matters: CouncilMatters, charter: Charter, pack: PackMade, by: str, now: datetime
) -> tuple[str, ...]:
    """Why nothing can be decided yet: quorum, advocate, chair, or positions that wait."""
    told = []
    shown = {member: one for (name, member), one in matters.shown.items() if name == pack.pack}
    counted = [one for one in shown.values() if not one.conflict]
    if pack.pack in matters.decided:
        told.append("it was decided")
    if by != charter.chair and charter.chair:
        told.append(f"{charter.chair} has the chair, not {by}")
    committed = {member for name, member in matters.committed if name == pack.pack}
    if committed - shown.keys() and now <= pack.closes:
        told.append(f"{', '.join(sorted(committed - shown.keys()))} has not shown a position")
    if len(counted) < charter.quorum:
        told.append(f"{len(counted)} positions count; the quorum is {charter.quorum}")
    if charter.advocate and charter.advocate not in shown:
        told.append(f"the advocate, {charter.advocate}, has not spoken")
    return tuple(told)


def raise_faults(
    matters: CouncilMatters, pack: PackMade, rests_on: Iterable[tuple[str, str]]
) -> tuple[str, ...]:
    """Why a raise may not rest on its numbers: a guess that a member for it has not signed.

    rests_on  (number, grade)
    """
    numbers = tuple(rests_on)
    if not numbers:
        return ("a raise names the numbers that it rests on",)
    guessed = [number for number, grade in numbers if grade == GUESSED]
    unsigned = [
        one.member
        for (name, _), one in matters.shown.items()
        if name == pack.pack and one.decision == RAISE and not one.accepts_guess
    ]
    if guessed and unsigned:
        who = ", ".join(sorted(unsigned))
        return (f"{', '.join(guessed)} is guessed; {who} has not signed that this may be",)
    return ()


def is_overdue(action: ActionAgreed, today: date) -> bool:
    """Whether an action's day has passed."""
    return today > action.due
