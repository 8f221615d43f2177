"""Cases of pregnancies, as the entries have them; what may be written of one, and what not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from nanoward.base.entries import Entry
from nanoward.base.entries.pregnancies import (
    InfantSeen,
    PregnancyConsentAsked,
    PregnancyConsentRefused,
    PregnancyConsentSigned,
    PregnancyConsentWithdrawn,
    PregnancyContactMade,
    PregnancyDated,
    PregnancyEnded,
    PregnancyReported,
)
from nanoward.base.errors import InputError, RefusedError, UsageError

PARTICIPANT = "participant"
RELATIONS = (PARTICIPANT, "partner", "staff", "resident")
SOURCES = ("test", "word", "record")
LIVE_BIRTH, MATERNAL_DEATH, MOVED, LOST = (
    "live birth",
    "maternal death",
    "moved away with contact",
    "lost",
)
OUTCOMES = (
    LIVE_BIRTH,
    "spontaneous loss",
    "stillbirth",
    "induced",
    "ectopic",
    "molar",
    MATERNAL_DEATH,
    MOVED,
    LOST,
)
SERIOUS_OUTCOMES = frozenset(
    {"spontaneous loss", "stillbirth", "ectopic", "molar", MATERNAL_DEATH}
)
ANOMALIES = ("unknown", "none", "suspected", "confirmed")
INFANT_MONTHS = (1, 6, 12, 24)
INFANT_STATES = ("well", "ill", "died", "not reached")
MOST_FETUSES = 9


class UnknownPregnancyError(UsageError):
    """No case of a pregnancy has this name."""

    code = "PRG-150"
    next_step = "See the cases: nanoward programme pregnancy report PROGRAMME."


class PregnancyConsentMissingError(RefusedError):
    """Somebody who is no participant has not agreed that anything of her is written."""

    code = "PRG-151"
    next_step = (
        "Ask her, without the participant in between: nanoward programme pregnancy consent."
    )


class ImpossiblePregnancyError(InputError):
    """What was said of a pregnancy contradicts what is on record, or itself."""

    code = "PRG-152"
    next_step = "Look at the case and at the days; nothing was written."


@dataclass(frozen=True, slots=True, kw_only=True)
class Conception:
    """Days within which conception lies, and by what."""

    earliest: date
    latest: date
    evidence: str
    assumes_growth: bool

    @property
    def days(self) -> int:
        return (self.latest - self.earliest).days + 1


@dataclass(slots=True, kw_only=True)
class PregnancyCase:
    """One pregnancy, however many fetuses.

    withdrawn  she took her consent back: nothing more is written
    """

    case: str
    participant: str
    relation: str
    prospective: bool
    reported: date
    fetuses: int = 1
    conception: Conception | None = None
    last_pregnant: date | None = None
    last_asked: date | None = None
    ends: dict[int, PregnancyEnded] = field(default_factory=dict)
    infants: list[InfantSeen] = field(default_factory=list)
    withdrawn: date | None = None

    @property
    def is_ongoing(self) -> bool:
        """Whether a fetus has no outcome, as far as anybody may still ask."""
        return len(self.ends) < self.fetuses and self.withdrawn is None

    @property
    def ended(self) -> date | None:
        """Last day of the last outcome; None while it goes on."""
        if len(self.ends) < self.fetuses:
            return None
        return max(one.last for one in self.ends.values())

    @property
    def outcome(self) -> str:
        """The outcomes of all fetuses, each once."""
        return ", ".join(dict.fromkeys(one.outcome for _, one in sorted(self.ends.items())))


@dataclass(slots=True, kw_only=True)
class PregnancyRegister:
    """All cases, and how many were asked and said no: of them nothing else is kept."""

    cases: dict[str, PregnancyCase] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)  # case to relation, nobody named
    signed: dict[str, str] = field(default_factory=dict)  # case to her pseudonym
    refused: dict[str, str] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)  # took their consent back

    def case(self, name: str) -> PregnancyCase:
        """A case by its name; UnknownPregnancyError."""
        if name not in self.cases:
            raise UnknownPregnancyError(f"no pregnancy {name!r} is open or was")
        return self.cases[name]

    def of(self, participant: str) -> tuple[PregnancyCase, ...]:
        """Cases of a person."""
        return tuple(one for one in self.cases.values() if one.participant == participant)


def pregnancy_register(entries: Iterable[Entry]) -> PregnancyRegister:
    """The register as the entries have it, in their order."""
    register = PregnancyRegister()
    for entry in entries:
        _take(register, entry)
    return register


def _take(register: PregnancyRegister, entry: Entry) -> None:
    match entry:
        case PregnancyReported():
            register.cases[entry.case] = PregnancyCase(
                case=entry.case,
                participant=entry.participant,
                relation=entry.relation,
                prospective=entry.prospective,
                reported=entry.reported,
            )
        case PregnancyConsentAsked():
            register.asked[entry.case] = entry.relation
        case PregnancyConsentSigned():
            register.signed[entry.case] = entry.participant
            register.left.discard(entry.case)
            if entry.case in register.cases:
                register.cases[entry.case].withdrawn = None
        case PregnancyConsentWithdrawn():
            register.signed.pop(entry.case, None)
            register.left.add(entry.case)
            if entry.case in register.cases:
                register.cases[entry.case].withdrawn = entry.withdrawn
        case PregnancyConsentRefused():
            register.refused[entry.case] = entry.relation
        case _:
            _take_of_case(register.cases, entry)


def _take_of_case(cases: Mapping[str, PregnancyCase], entry: Entry) -> None:
    known = cases.get(getattr(entry, "case", ""))
    if known is None:
        return
    match entry:
        case PregnancyDated():
            known.conception = Conception(
                earliest=entry.earliest, latest=entry.latest, evidence=entry.evidence,
                assumes_growth=entry.assumes_growth,
            )  # fmt: skip
        case PregnancyContactMade():
            known.last_asked = _later(known.last_asked, entry.day)
            if entry.reached:
                known.fetuses = max(entry.fetuses, known.fetuses)
                if entry.is_pregnant:
                    known.last_pregnant = _later(known.last_pregnant, entry.day)
        case PregnancyEnded():
            known.ends[entry.fetus] = entry
            known.last_asked = _later(known.last_asked, entry.last)
        case InfantSeen():
            known.infants.append(entry)
        case _:
            pass


def _later(known: date | None, day: date) -> date:
    return day if known is None else max(known, day)


def may_write(register: PregnancyRegister, name: str) -> PregnancyCase:
    """The case, where something may be written of it; PregnancyConsentMissingError."""
    known = register.case(name)
    if known.withdrawn is not None:
        raise PregnancyConsentMissingError(f"{name}: she took her consent back")
    if known.relation != PARTICIPANT and register.signed.get(name) != known.participant:
        raise PregnancyConsentMissingError(f"{name}: {known.relation} without own consent")
    return known


def conception_faults(
    known: PregnancyCase, earliest: date, latest: date, today: date
) -> tuple[str, ...]:
    """Why conception cannot lie there."""
    told = []
    if latest < earliest:
        told.append(f"conception would end ({latest}) before it begins ({earliest})")
    if earliest > known.reported or latest > today:
        told.append(f"conception from {earliest} is after its report on {known.reported}")
    told += [
        f"fetus {fetus} ended on {one.first}, before conception from {earliest}"
        for fetus, one in sorted(known.ends.items())
        if one.last < earliest
    ]
    return tuple(told)


def outcome_faults(known: PregnancyCase, ended: PregnancyEnded, today: date) -> tuple[str, ...]:
    """Why an outcome cannot be written: unknown, doubled, or before conception."""
    told = []
    if ended.outcome not in OUTCOMES:
        told.append(f"no outcome is called {ended.outcome!r}; known: {', '.join(OUTCOMES)}")
    if ended.anomaly not in ANOMALIES:
        told.append(f"anomaly {ended.anomaly!r}; known: {', '.join(ANOMALIES)}")
    if not 1 <= ended.fetus <= MOST_FETUSES:
        told.append(f"there is no fetus {ended.fetus}")
    if ended.fetus in known.ends:
        was = known.ends[ended.fetus]
        told.append(f"fetus {ended.fetus} has an outcome: {was.outcome} on {was.first}")
    if ended.last < ended.first or ended.last > today:
        told.append(f"the outcome lies from {ended.first} to {ended.last}; today is {today}")
    if known.conception is not None and ended.last <= known.conception.earliest:
        told.append(
            f"{ended.outcome} on {ended.last} is not after conception,"
            f" {known.conception.earliest} at the earliest"
        )
    seen = known.last_pregnant
    if known.prospective and seen is not None and ended.last < seen:
        told.append(f"she was pregnant on {known.last_pregnant}, after {ended.last}")
    return tuple(told)
