"""May this person be given a recommendation, as their standing is?

Starting and stopping are not symmetric: what starts or raises never goes past a doubt about
the standing; what lowers for a person who is held may be said.
"""

from collections.abc import Sequence

from nanoward.tuning.data.event_history import History

MAY_START = ("cleared",)
MAY_LOWER = ("held",)


def refusal(person: History, standing: str | None, dose: float, interval: float) -> str:
    """Why this dose every `interval` hours may not be recommended; "" when it may.

    standing  of clearance (base/tables.py STANDINGS); None when clearance does not know them
    """
    if standing is None:
        return "clearance has no standing for this person"
    if standing in MAY_START:
        return ""
    if standing not in MAY_LOWER:
        return f"standing is {standing}: nothing may be started or raised"
    current = current_rate(person)
    if current is None:
        return f"standing is {standing}, and whether this raises the dose cannot be told"
    if dose / interval >= current:
        return (
            f"standing is {standing}, and {dose:g} every {interval:g} h does not lower the "
            f"present {current * interval:g} in that time"
        )
    return ""


def guess_refusal(person: History, dose: float, interval: float, guesses: Sequence[str]) -> str:
    """Why a dose that rests on guesses may not be recommended; "" where it does not raise.

    A first dose, and one of which nobody can tell whether it raises, count as a raise.
    """
    current = current_rate(person)
    if not guesses or (current is not None and dose / interval <= current):
        return ""
    return f"rests on a guess ({', '.join(guesses)}): nothing is started or raised"


def current_rate(person: History) -> float | None:
    """Amount per hour of the last dose over the last interval; None where not told."""
    doses = [one.amount for one in person.events if one.evid in (1, 4)]
    return doses[-1] / person.interval if doses and person.interval else None
