"""Goals and limits set at enrolment, kept as an advance directive and compared each week.

A directive is a set of statements with an answer on a short scale. It is frozen when the
person enrols; later answers are laid beside it. The distance is that of ordered answers, as a
share of the largest possible, so it can run through the same scan as any weekly scale.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Directive:
    """What a person said at enrolment; `steps` is the number of steps of the answer scale."""

    participant: str
    given: date
    answers: Mapping[str, int]
    steps: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How far a week's answers lie from the directive.

    distance  0 the same, 1 as far as can be; null where no statement was answered
    reversed  statements whose answer crossed the middle of the scale
    """

    distance: float | None
    reversed: tuple[str, ...]
    unanswered: tuple[str, ...]


def drift_from(directive: Directive, answers: Mapping[str, int]) -> Drift:
    """The week's answers beside the directive; a statement not answered is left out."""
    common = [name for name in directive.answers if name in answers]
    half = directive.steps / 2
    apart = [abs(directive.answers[name] - answers[name]) / directive.steps for name in common]
    crossed = tuple(
        name for name in common if (directive.answers[name] - half) * (answers[name] - half) < 0
    )
    return Drift(
        distance=sum(apart) / len(apart) if apart else None,
        reversed=crossed,
        unanswered=tuple(name for name in directive.answers if name not in answers),
    )
