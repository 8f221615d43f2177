"""Agent specs and their sequences in the design formats of the field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from nanoward.base.findings import Finding, Use


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What a design file says.

    document   the spec as agents.spec_of reads it; only contigs and loci where the file was
               not written by nanoward
    sequences  contig to upper-case letters
    loci       (name, contig, first, last, strand) of the features that are one stretch
    origin     (end of the name, text) of the file of others that it came from, if it did
    findings   what was left out, cut up or repaired on reading: one for each feature
    account    what became of records, features and qualifiers
    """

    document: Mapping[str, Any]
    sequences: Mapping[str, str]
    loci: tuple[tuple[str, str, int, int, str], ...] = ()
    origin: tuple[str, str] | None = None
    findings: tuple[Finding, ...] = ()
    account: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """An Ed25519 key pair; hexadecimal."""

    private: str
    public: str


@runtime_checkable
class Designs(Protocol):
    """GenBank and SBOL3, in and out."""

    def read(self, path: str, content: bytes) -> Design:
        """A design by the end of its name (.gb, .gbk, .sbol, .nt, .ttl, .rdf); InputError."""
        ...

    def write(self, path: str, design: Design) -> bytes:
        """The design in the format that the end of the name tells."""
        ...


@runtime_checkable
class Signatures(Protocol):
    """Ed25519 (RFC 8032)."""

    def new_key(self) -> SigningKey:
        """A key pair from the machine's own chance."""
        ...

    def sign(self, private: str, message: bytes) -> tuple[str, str]:
        """Public key and signature, hexadecimal; InputError for what is no key."""
        ...

    def verify(self, public: str, message: bytes, signature: str) -> bool:
        """Whether the signature holds; false for anything that is none."""
        ...
