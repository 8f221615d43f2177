"""How far from the agent may a relative be, and what is it then called?"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DivergenceLimits:
    """Shares of differing letters from which a sample is derived, and from which wild."""

    derived: float
    wild: float


POLIO_VP1: Mapping[str, DivergenceLimits] = {
    # More than 1 % of VP1 (types 1 and 3) or 0.6 % (type 2) makes a vaccine-derived virus (BMC
    # Infect Dis 2016, doi 10.1186/s12879-016-1587-y): 10 or 6 letters; 15 % and more a wild one
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
