"""Facts of one person, each with its day: an old one is never shown as new."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from nanoward.base.entries import (
    AssessmentRecorded,
    CarrierEnrolled,
    Entry,
    ReadingTaken,
    StandingDecided,
)

READING_DAYS = 1  # a reading opens a setting for hours; after a day it says nothing of now
LABORATORY_DAYS = 31  # between two monthly samples
MEASURED, INFERRED, SAID = "measured", "inferred", "said"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFact:
    """One thing that is known of a person.

    about  standing, reading, assessment, agent, laboratory, event
    name   what it is, as the source names it; "" where `about` says it
    value  in the source's words
    as_of  the day it holds for
    days   after which it says nothing of now; None: it stays true
    grade  measured, inferred or said: how it is known
    """

    about: str
    name: str
    value: str
    as_of: date
    days: int | None
    grade: str
    reasons: tuple[str, ...] = ()

    def age(self, today: date) -> int:
        """Days since; none where its day is ahead."""
        return max(0, (today - self.as_of).days)

    def is_old(self, today: date) -> bool:
        """Whether it says nothing of now any more."""
        return self.days is not None and today - self.as_of > timedelta(days=self.days)


def facts_of(entries: Iterable[Entry], participant: str, lasts: timedelta) -> list[OwnFact]:
    """The last of each kind that the ledger says of a person.

    lasts  how long a standing and an assessment count: the plan's interval
    """
    latest: dict[tuple[str, str], OwnFact] = {}
    for entry in entries:
        if getattr(entry, "participant", None) != participant:
            continue
        fact = _fact(entry, lasts.days)
        if fact is not None:
            known = latest.get((fact.about, fact.name))
            if known is None or fact.as_of >= known.as_of:
                latest[fact.about, fact.name] = fact
    return list(latest.values())


def _fact(entry: Entry, lasts: int) -> OwnFact | None:
    match entry:
        case StandingDecided():
            return OwnFact(
                about="standing", name="", value=entry.standing, as_of=entry.as_of,
                days=None if entry.standing in ("withdrawn", "completed") else lasts,
                grade=INFERRED, reasons=entry.reasons,
            )  # fmt: skip
        case ReadingTaken():
            return OwnFact(
                about="reading", name=entry.quantity, value=f"{entry.value:g} {entry.unit}",
                as_of=entry.at.date(), days=READING_DAYS, grade=MEASURED,
            )  # fmt: skip
        case AssessmentRecorded():
            score = "" if entry.score is None else f"{entry.score:g}"
            return OwnFact(
                about="assessment", name=entry.instrument, value=score, as_of=entry.assessed,
                days=lasts, grade=SAID,
            )  # fmt: skip
        case _:
            return None


def carried(entries: Iterable[Entry], participant: str) -> CarrierEnrolled | None:
    """The agent that a person carries, as last enrolled."""
    found = None
    for entry in entries:
        if isinstance(entry, CarrierEnrolled) and entry.participant == participant:
            found = entry
    return found


def without_others(
    value: object, me: str, others: frozenset[str], shown: str = "somebody"
) -> object:
    """A record's body without the names of other people.

    A name alone, and a name that stands as a word in a longer text.
    """
    if isinstance(value, str):
        if value == me:
            return value
        if value in others:
            return shown
        return " ".join(_kept_word(one, me, others, shown) for one in value.split(" "))
    if isinstance(value, dict):
        return {key: without_others(one, me, others, shown) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [without_others(one, me, others, shown) for one in value]
    return value


def _kept_word(word: str, me: str, others: frozenset[str], shown: str) -> str:
    bare = word.strip(".,;:()[]'\"")
    return word.replace(bare, shown) if bare != me and bare in others else word
