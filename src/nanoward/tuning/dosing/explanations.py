"""A recommendation in words: this setting, its neighbours, and what forbids the next one."""

from nanoward.tuning.dosing.frontier import Frontier
from nanoward.tuning.dosing.goals import Goal


def explained(goal: Goal, found: Frontier, time_unit: str = "") -> str:
    """What is expected at the chosen setting and at the settings beside it."""
    every = f"every {goal.interval:g} {time_unit}".rstrip()
    place = found.chosen
    if place is None:
        return found.advice.reason[:1].upper() + found.advice.reason[1:] + "."
    lines = [f"{_amount(goal, found, place)} {every}: {_expected(goal, found, place)}."]
    change = found.present
    if change is not None and abs(change - found.settings[place]) > 1e-9:
        way = "up" if found.settings[place] > change else "down"
        lines.append(f"This goes {way} from the present {change:g} {goal.unit}.")
    elif change is not None:
        lines.append("This is the present setting.")
    for other, name in ((place - 1, "lower"), (place + 1, "higher")):
        if 0 <= other < len(found.settings):
            lines.append(_neighbour(goal, found, place, other, name))
    if found.ask is not None:
        first, second = sorted(found.ask)
        lines.append(
            f"To learn what this person likes, let them compare {first:g} with {second:g} "
            f"{goal.unit}."
        )
    return " ".join(lines)


def _neighbour(goal: Goal, found: Frontier, place: int, other: int, name: str) -> str:
    amount, expected = _amount(goal, found, other), _expected(goal, found, other)
    head = f"One step {name}, {amount}: {expected}"
    if not found.allowed[other]:
        return f"{head}; not allowed, because {found.why[other] or 'it cannot be followed'}."
    less = found.utility[place] - found.utility[other]
    if less >= 0:
        return f"{head}; worth {less:.3g} less to this person."
    return f"{head}; worth {-less:.3g} more, but less is learnt from it."


def _amount(goal: Goal, found: Frontier, place: int) -> str:
    return f"{found.settings[place]:g} {goal.unit}"


def _expected(goal: Goal, found: Frontier, place: int) -> str:
    side = goal.side_effect
    if goal.grade > 1:
        side = f"{'' if side == 'grade' else side + ' of '}grade {goal.grade} or worse"
    return (
        f"{goal.benefit} {found.benefit[place]:.3g} ({found.low[place]:.3g} to "
        f"{found.high[place]:.3g}), {side} at most "
        f"{_share(found.harm[place])} (for this person between "
        f"{_share(found.harm_low[place])} and {_share(found.harm_high[place])})"
    )


def _share(value: float) -> str:
    if value < 1e-4:
        return "0.01 %" if value > 0 else "0 %"  # rounded up: never less than it is
    return f"{100 * value:.2g} %" if value < 0.095 else f"{100 * value:.0f} %"
