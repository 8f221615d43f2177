"""What can happen in bonds: who shares factors beyond chance?"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRecorded:
    """Two people were in contact."""

    a: str
    b: str
    kind: str
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BondFound:
    """Two participants share factors beyond chance."""

    a: str
    b: str
    stratum: str
    score: float
    p_value: float
    q_value: float
    n_null: int  # unrelated pairs behind the p-value
    contact: str  # recorded kinds of contact, empty when none


@dataclass(frozen=True, slots=True, kw_only=True)
class BondDropped:
    """A bond found in an earlier round no longer stands."""

    a: str
    b: str
    stratum: str
    reason: str
