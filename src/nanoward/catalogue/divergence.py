"""How far from the agent may a relative be, and what is it then called?"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DivergenceLimits:
    """Shares of differing letters from which a sample is derived, and from which wild."""

    derived: float
    wild: float


POLIO_VP1: Mapping[str, DivergenceLimits] = {
    # Global Polio Laboratory Network: 10 letters of VP1 (types 1 and 3) or 6 (type 2) make a
    # vaccine-derived virus (WHO, Weekly Epidemiological Record 2023 98:492); 15 % a wild one
    "PV1": DivergenceLimits(derived=10 / 906, wild=0.15),
    "PV2": DivergenceLimits(derived=6 / 903, wild=0.15),
    "PV3": DivergenceLimits(derived=10 / 900, wild=0.15),
}


def divergence_class(differing: int, compared: int, limits: DivergenceLimits) -> str | None:
    """ "agent-like", "derived" or "wild"; None where nothing could be compared."""
    if not compared:
        return None
    share = differing / compared
    if share >= limits.wild:
        return "wild"
    return "derived" if share >= limits.derived * (1 - 1e-9) else "agent-like"
