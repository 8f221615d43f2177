"""People beside the plan: opened by a sample, a bond or a word; told; tested; clear."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import Entry
from nanoward.base.entries.pregnancies import (
    ExposureClosed,
    ExposureConsentRefused,
    ExposureConsentSigned,
    ExposureFlushed,
    ExposureOpened,
    ExposureTested,
    ExposureTold,
)
from nanoward.base.errors import InputError, RefusedError, UsageError

RELATIONS = ("household", "visitor", "staff", "crew", "resident", "participant", "unknown")
SOURCES = ("sample", "bond", "word")
RESULTS = ("carries", "clear", "unreadable")
USES = ("test", "flush", "follow-up", "data")
CLEAR_TESTS = (
    3  # in a row, each a week after the other at least: one clear sample proves little
)
TELL_DAYS, ANSWER_DAYS, TEST_DAYS, REFUSED_DAYS = 1, 7, 7, 90
WORDS = (
    "You may have been in contact with an agent that is used in a medical programme. You did"
    " not join it, and you owe it nothing. If you wish, you are examined, treated to remove the"
    " agent and looked after until you are clear, at no cost and wherever you are. Nobody else"
    " is told. You may say no, now or later, and ask anything. We cannot say how the contact"
    " came about: that belongs to others, as what you tell us belongs to you."
)

PARTICIPANT_WORDS = (
    "A sample of yours is to be looked at again. If you wish, you are examined, treated and"
    " looked after, at no cost. Nothing of your place, your pay or your rights changes, and you"
    " may say no, leave, or ask anything. Nobody else is told. We cannot say more about others,"
    " or about what anybody received."
)


class UnknownExposureError(UsageError):
    """No case of an exposed person has this name."""

    code = "PRG-170"
    next_step = "See the cases: nanoward programme exposed list PROGRAMME."


class NotAgreedError(RefusedError):
    """The person has not agreed to what would be done or written."""

    code = "PRG-171"
    next_step = "Tell them, and ask: nanoward programme exposed tell, then consent."


class NamingWordsError(RefusedError):
    """A message to an exposed person would tell of somebody; it was not written."""

    code = "PRG-172"
    next_step = "Say it without anybody's name, address or role in the person's life."


class ImpossibleExposureError(InputError):
    """What was said of an exposed person contradicts the record, or itself."""

    code = "PRG-173"
    next_step = "Look at the case and at the days; nothing was written."


@dataclass(slots=True, kw_only=True)
class ExposedCase:
    """One person beside the plan. tests: (day, result), in the order of their telling."""

    case: str
    participant: str
    relation: str
    source: str
    opened: date
    evidence: str = ""
    told: date | None = None
    uses: frozenset[str] = frozenset()
    refused: date | None = None
    tests: list[tuple[date, str]] = field(default_factory=list)
    flushed: date | None = None
    closed: date | None = None
    outcome: str = ""

    @property
    def is_open(self) -> bool:
        return self.closed is None

    @property
    def clear_tests(self) -> int:
        """Clear tests in a row, a week apart, since the last that was not and since a flush."""
        count, last = 0, None
        for day, result in sorted(self.tests):
            if self.flushed is not None and day < self.flushed:
                continue
            if result != "clear":
                count, last = 0, None
            elif last is None or day - last >= timedelta(days=TEST_DAYS):
                count, last = count + 1, day
        return count

    @property
    def is_clear(self) -> bool:
        return self.clear_tests >= CLEAR_TESTS

    def next_step(self) -> tuple[str, date]:
        """What comes next, and by when."""
        if self.closed is not None:
            return "nothing: closed", self.closed
        if self.told is None:
            return "tell the person", self.opened + timedelta(days=TELL_DAYS)
        if self.refused is not None:
            return "ask whether they need anything", self.refused + timedelta(REFUSED_DAYS)
        if "test" not in self.uses:
            return "hear what they wish", self.told + timedelta(days=ANSWER_DAYS)
        if self.is_clear:
            return "close: clear", max(self.tests)[0] + timedelta(days=TEST_DAYS)
        since = max((day for day, _ in self.tests), default=None)
        last = max(one for one in (self.told, self.flushed, since) if one is not None)
        return "test", last + timedelta(days=TEST_DAYS)

    @property
    def words(self) -> str:
        """What the person is told: somebody who joined is told nothing of arms."""
        return PARTICIPANT_WORDS if self.relation == "participant" else WORDS

    def state(self) -> str:
        """untold, told, refused, followed, closed."""
        if not self.is_open:
            return "closed"
        if self.told is None:
            return "untold"
        return "refused" if self.refused is not None else "followed" if self.uses else "told"


def case_name(participant: str, count: int = 0) -> str:
    """The name of a person's case; the same whoever opens it, so that none is opened twice."""
    return f"x-{sha256_of(f'exposed|{participant}|{count}'.encode())[:12]}"


def exposed_cases(entries: Iterable[Entry]) -> dict[str, ExposedCase]:
    """Cases as the entries have them, in their order."""
    cases: dict[str, ExposedCase] = {}
    for entry in entries:
        if isinstance(entry, ExposureOpened):
            cases.setdefault(
                entry.case,
                ExposedCase(
                    case=entry.case, participant=entry.participant, relation=entry.relation,
                    source=entry.source, opened=entry.opened, evidence=entry.evidence,
                ),
            )  # fmt: skip
            continue
        known = cases.get(getattr(entry, "case", ""))
        if known is not None:
            _take(known, entry)
    return cases


def _take(known: ExposedCase, entry: Entry) -> None:
    match entry:
        case ExposureTold():
            known.told = entry.told
        case ExposureConsentSigned():
            known.uses, known.refused = frozenset(entry.uses), None
        case ExposureConsentRefused():
            known.uses, known.refused = frozenset(), entry.refused
        case ExposureTested():
            known.tests.append((entry.day, entry.result))
        case ExposureFlushed():
            known.flushed = entry.day
        case ExposureClosed():
            known.closed, known.outcome = entry.closed, entry.outcome
        case _:
            pass


def open_case_of(cases: Iterable[ExposedCase], participant: str) -> ExposedCase | None:
    """The open case of a person."""
    return next((one for one in cases if one.participant == participant and one.is_open), None)
