"""Who may do what: one answer for every act that concerns a participant.

`permission` is asked by `clearance may` and by the gate of control alike; nobody else decides.
The answer follows from the person's consent (its document, validity and demands for renewal)
and standing (its word and its age). What protects the person
(withdrawing, a word of doubt, safety follow-up, flush and kill code, pay that is owed) is
open in every standing. What takes something from a person because they left or failed a test
is open in none (45 CFR 46.116(b)(8): leaving is without penalty or loss of benefits).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from nanoward.base.entries import Entry, StandingDecided
from nanoward.base.errors import UsageError
from nanoward.clearance.consent.consent_state import Consent

ALWAYS = (
    "withdraw",
    "doubt",
    "safety follow-up",
    "adverse event report",
    "flush",
    "kill code",
    "pay owed",
    "own record",
)
NEVER = ("pay reduction", "clawback", "forfeiture")
ACTIVE = ("dose", "order", "visit", "assessment", "message", "sample", "data use")
ACTS = (*ALWAYS, *ACTIVE, *NEVER)
# what an active act asks of the standing; consent is asked for besides
_STANDINGS: Mapping[str, frozenset[str]] = {
    "dose": frozenset({"cleared"}),
    "order": frozenset({"cleared"}),
    "visit": frozenset({"screened", "cleared", "held", "recalled"}),
    "assessment": frozenset({"screened", "cleared", "held", "recalled"}),
    "message": frozenset({"screened", "cleared", "held", "recalled"}),
    "sample": frozenset({"screened", "cleared", "held"}),
    "data use": frozenset(
        {"screened", "cleared", "held", "recalled", "discontinued", "completed"}
    ),
}
_NEED_FRESH = frozenset({"dose", "order"})  # what starts or raises; an old standing opens none
SCREENED = "screened"
_WHILE_RENEWAL = frozenset({"visit", "assessment", "message"})  # what leads to a new consent


class UnknownActError(UsageError):
    """An act that the gate does not know; unknown is never allowed."""

    code = "CLR-006"
    next_step = f"Name one of {', '.join(ACTS)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedStanding:
    """The standing that the ledger last recorded of one participant.

    word     of `standing_of`: screened, cleared, held, recalled, withdrawn, completed, died
    decided  the day that it stands for; None: no round has decided
    """

    word: str = SCREENED
    decided: date | None = None


def standing_after(standing: RecordedStanding, entry: Entry, who: str) -> RecordedStanding:
    """The standing of a participant after one more entry."""
    if isinstance(entry, StandingDecided) and entry.participant == who:
        return RecordedStanding(word=entry.standing, decided=entry.as_of)
    return standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Yes, or no with every reason."""

    allowed: bool
    reasons: tuple[str, ...] = ()


def permission(
    consent: Consent,
    standing: RecordedStanding,
    act: str,
    today: date,
    *,
    lasts: timedelta,
    use: str = "",
) -> Permission:
    """Whether the act may be done today.

    today  day of the programme's own time zone
    lasts  how long a standing opens what starts or raises: the plan's assessment interval
    use    for "data use" and "sample": which use of the consent document is meant
    """
    if act not in ACTS:
        raise UnknownActError(f"the gate knows no act {act!r}")
    if act in ALWAYS:
        return Permission(allowed=True)
    if act in NEVER:
        told = f"{act} is never allowed: pay that is earned stays earned"
        return Permission(allowed=False, reasons=(told,))
    reasons = (
        *_consent_reasons(consent, act, today, use),
        *_standing_reasons(standing, act, today, lasts),
    )
    return Permission(allowed=not reasons, reasons=reasons)


def _standing_reasons(
    standing: RecordedStanding, act: str, today: date, lasts: timedelta
) -> tuple[str, ...]:
    if standing.word not in _STANDINGS[act]:
        return (f"standing {standing.word}: {act} needs {_either(_STANDINGS[act])}",)
    if act not in _NEED_FRESH:
        return ()
    if standing.decided is None:
        return (f"no round has decided the standing {standing.word}",)
    if standing.decided > today:
        return (f"the standing is dated {standing.decided}, after today ({today})",)
    if today - standing.decided > lasts:
        return (f"the standing of {standing.decided} is older than {lasts.days} days",)
    return ()


def _consent_reasons(consent: Consent, act: str, today: date, use: str) -> tuple[str, ...]:
    status = consent.status(today)
    if status == "withdrawn":
        return (f"consent was withdrawn on {consent.withdrawn}",)
    if status == "none":
        return ("no consent is on record",)
    if status == "renewal" and act not in _WHILE_RENEWAL:
        return (f"a new consent is needed: {consent.renewal(today)}",)
    if act == "data use" and not use:
        return ("a data use must be named",)
    if use and use not in consent.uses:
        return (f"there is no consent to {use!r}",)
    return ()


def _either(words: frozenset[str]) -> str:
    return " or ".join(sorted(words))


def acts_open_in(word: str) -> frozenset[str]:
    """Acts that a standing leaves open, consent and age of the standing set aside."""
    return frozenset(ALWAYS) | {act for act, words in _STANDINGS.items() if word in words}


def closed_by_withdrawal() -> tuple[str, ...]:
    """Every gate that a withdrawal closes."""
    return (*ACTIVE, *NEVER)


def open_after_withdrawal() -> tuple[str, ...]:
    """What stays open for the person's own sake."""
    return ALWAYS
