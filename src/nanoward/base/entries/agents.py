"""What can happen in agents: what is this product, and is this lot really it?"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecPublished:
    """An agent spec came into force for a programme: two people signed it."""

    agent: str
    version: str
    spec_sha256: str  # over the spec's canonical JSON, as control refers to it
    reference_length: int  # bases of its reference sequences
    expires: date
    published: date
    signatures: tuple[str, ...]  # "PERSON KEY SIGNATURE", hexadecimal, over the whole spec


@dataclass(frozen=True, slots=True, kw_only=True)
class LotBuilt:
    """A lot was built from a spec."""

    lot: str
    agent: str
    version: str
    built: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LotReleased:
    """A lot was sequenced, compared with its spec, and may be given."""

    lot: str
    agent: str
    version: str
    spec_sha256: str
    released: date
    differences: int  # variants of the lot, at any share
    variants_sha256: str  # blob of them: what every recipient starts with
    reads: tuple[str, ...]  # SHA-256 of the files of reads
    escapes: tuple[str, ...] = ()  # of each kill: escape claimed, and what the reads could see


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRefused:
    """A lot was sequenced, compared with its spec, and must not be given."""

    lot: str
    agent: str
    version: str
    spec_sha256: str
    refused: date
    reasons: tuple[str, ...]
    reads: tuple[str, ...]
