"""What can happen in agents: what is this product, and is this lot really it?"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRegistered:
    """An agent spec came into force for a programme."""

    agent: str
    version: str
    reference_sha256: str  # over the reference sequences
    reference_length: int  # bases


@dataclass(frozen=True, slots=True, kw_only=True)
class LotBuilt:
    """A lot was built from a spec."""

    lot: str
    agent: str
    version: str
    built: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LotReleased:
    """A lot was compared with its spec and may be given."""

    lot: str
    differences: int  # readable bases that differ from the spec
    released_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRefused:
    """A lot was compared with its spec and must not be given."""

    lot: str
    reasons: tuple[str, ...]
