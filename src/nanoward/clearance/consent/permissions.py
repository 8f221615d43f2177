"""Who may do what: one answer for every act that concerns a participant.

The answer follows from the person's consent and standing alone. What protects the person
(withdrawing, a word of doubt, safety follow-up, flush and kill code, pay that is owed) is
open in every standing. What takes something from a person because they left or failed a test
is open in none (45 CFR 46.116(b)(8): leaving is without penalty or loss of benefits).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

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
_WHILE_RENEWAL = frozenset({"visit", "assessment", "message"})  # what leads to a new consent


class UnknownActError(UsageError):
    """An act that the gate does not know; unknown is never allowed."""

    code = "CLR-006"
    next_step = f"Name one of {', '.join(ACTS)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Yes, or no with every reason."""

    allowed: bool
    reasons: tuple[str, ...] = ()


def permission(
    consent: Consent, standing: str, act: str, as_of: date, *, use: str = ""
) -> Permission:
    """Whether the act may be done on that day.

    standing  of `standing_of`: screened, cleared, held, recalled, withdrawn, completed, died
    use       for "data use" and "sample": which use of the consent document is meant
    """
    if act not in ACTS:
        raise UnknownActError(f"the gate knows no act {act!r}")
    if act in ALWAYS:
        return Permission(allowed=True)
    if act in NEVER:
        told = f"{act} is never allowed: pay that is earned stays earned"
        return Permission(allowed=False, reasons=(told,))
    reasons = (
        *_consent_reasons(consent, act, as_of, use),
        *(
            ()
            if standing in _STANDINGS[act]
            else (f"standing {standing}: {act} needs {_either(_STANDINGS[act])}",)
        ),
    )
    return Permission(allowed=not reasons, reasons=reasons)


def _consent_reasons(consent: Consent, act: str, as_of: date, use: str) -> tuple[str, ...]:
    status = consent.status(as_of)
    if status == "withdrawn":
        return (f"consent was withdrawn on {consent.withdrawn}",)
    if status == "none":
        return ("no consent is on record",)
    if status == "renewal" and act not in _WHILE_RENEWAL:
        return (f"a new consent is needed: {consent.renewal(as_of)}",)
    if act == "data use" and not use:
        return ("a data use must be named",)
    if use and use not in consent.uses:
        return (f"there is no consent to {use!r}",)
    return ()


def _either(words: frozenset[str]) -> str:
    return " or ".join(sorted(words))


def closed_by_withdrawal() -> tuple[str, ...]:
    """Every gate that a withdrawal closes."""
    return (*ACTIVE, *NEVER)


def open_after_withdrawal() -> tuple[str, ...]:
    """What stays open for the person's own sake."""
    return ALWAYS
