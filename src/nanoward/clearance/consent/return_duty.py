"""Home, not a record: who left is brought home, and is looked after until the agent is gone.

Leaving opens two duties. The way home is owed until the person says that they are there; it
rises to the next who must act for each day that it is late. The follow-up is owed until the
agent is known to be gone (45 CFR 46.116(b)(8): leaving is without penalty; (c)(4): the
consequences of leaving, and procedures for orderly termination).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nanoward.base.entries import Entry
from nanoward.base.entries.control import FlushDecided
from nanoward.base.entries.exit import (
    FollowUpEnded,
    FollowUpOwed,
    HomeConfirmed,
    ReturnArranged,
    ReturnObstructed,
    ReturnOwed,
)
from nanoward.base.findings import Finding

DAYS = 1  # until somebody who left is home, where nothing else was arranged
LONGEST = timedelta(days=14)  # no arrangement puts the day off further than that
LEVELS = ("staff", "physician on duty", "council", "help from outside")  # one for each day late
CARE = ("samples until nothing is shed", "a flush, if wished", "own results, told")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnDuty:
    """One person's way home; empty words are not known yet.

    obstructed  who keeps the person, and how
    """

    participant: str
    since: date
    due: date
    where: str = ""
    brought_by: str = ""
    payer: str = ""
    obstructed: tuple[str, ...] = ()
    home: bool = False

    def level(self, as_of: date) -> str:
        """Who must act now; the last of all at once where the person is kept."""
        if self.obstructed:
            return LEVELS[-1]
        late = max(0, (as_of - self.due).days)
        return LEVELS[min(late, len(LEVELS) - 1)]


def return_duties(entries: Iterable[Entry]) -> dict[str, ReturnDuty]:
    """The newest way home of each person who left."""
    duties: dict[str, ReturnDuty] = {}
    for entry in entries:
        match entry:
            case ReturnOwed():
                duties[entry.participant] = ReturnDuty(
                    participant=entry.participant, since=entry.since, due=entry.due
                )
            case ReturnArranged() if entry.participant in duties:
                duties[entry.participant] = replace(
                    duties[entry.participant],
                    where=entry.where,
                    brought_by=entry.brought_by,
                    due=min(entry.due, duties[entry.participant].since + LONGEST),
                    payer=entry.payer,
                )
            case ReturnObstructed() if entry.participant in duties:
                duty = duties[entry.participant]
                told = f"{entry.obstructed_by}: {entry.how}"
                duties[entry.participant] = replace(duty, obstructed=(*duty.obstructed, told))
            case HomeConfirmed() if entry.participant in duties:
                if entry.by == entry.participant:  # nobody else can say it for them
                    duty = replace(duties[entry.participant], home=True)
                    duties[entry.participant] = duty
            case _:
                pass
    return duties


def open_follow_ups(entries: Iterable[Entry]) -> dict[str, FollowUpOwed]:
    """What is kept up for each who left, until the agent is gone from them."""
    owed: dict[str, FollowUpOwed] = {}
    for entry in entries:
        match entry:
            case FollowUpOwed():
                owed[entry.participant] = entry
            case FollowUpEnded():
                owed.pop(entry.participant, None)
            case FlushDecided() if entry.outcome == "cleared":
                owed.pop(entry.participant, None)
            case _:
                pass
    return owed


def return_findings(duties: Iterable[ReturnDuty], as_of: date) -> tuple[Finding, ...]:
    """An error for everybody who left and has not said that they are home."""
    return tuple(_finding(one, as_of) for one in duties if not one.home)


def _finding(duty: ReturnDuty, as_of: date) -> Finding:
    way = ", ".join(
        f"{name} {word or 'not known'}"
        for name, word in (
            ("where", duty.where),
            ("brought by", duty.brought_by),
            ("paid by", duty.payer),
        )
    )
    kept = f"; kept by {'; '.join(duty.obstructed)}: a partner that does so is in breach"
    return Finding(
        code="OUT-071" if duty.obstructed else "OUT-070",
        severity="error",
        message=(
            f"left on {duty.since} and is not known to be home; due {duty.due}; {way}"
            f"{kept if duty.obstructed else ''}; {duty.level(as_of)} must act"
        ),
        next_step=(
            "Bring the person home: nanoward clearance home PROGRAMME PARTICIPANT --where ..."
            " --by ... --payer ...; only the person confirms being there, with --confirm."
        ),
        subject=duty.participant,
    )


def follow_up_findings(owed: Iterable[FollowUpOwed]) -> tuple[Finding, ...]:
    """A warning for everybody who left and may carry the agent still."""
    return tuple(
        Finding(
            code="OUT-072",
            severity="warning",
            message=f"left on {one.since}, maybe with the agent; owed: {', '.join(one.care)}",
            next_step=(
                "Go on with the follow-up; it ends with a verified flush, or with"
                " nanoward clearance home PROGRAMME PARTICIPANT --clear REASON."
            ),
            subject=one.participant,
        )
        for one in owed
    )
