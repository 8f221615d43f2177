"""What can happen in catalogue: what was found in this sample?"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleTaken:
    """A specimen was taken from a participant."""

    sample: str
    participant: str
    taken: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleTyped:
    """A sample was read against the agent's reference."""

    sample: str
    participant: str
    typed_as: str  # agent, other, or unreadable
    readable: int  # bases
    differences: int  # consensus differences from the spec
    profile_sha256: str  # blob that holds the factors
