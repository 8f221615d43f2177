"""Does a spec make sense, and does it fit its reference? Every fault is an error.

Design libraries accept a feature behind the end of its sequence and letters that are none;
these checks do not.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256

from nanoward.agents.coding import KNOWN, coding_faults
from nanoward.agents.faults import fault
from nanoward.agents.kill_checks import kill_faults
from nanoward.agents.setting_checks import setting_faults
from nanoward.agents.spec import (
    DIRECTIONS,
    KINDS,
    REPLICATING,
    ROLES,
    AgentSpec,
    Effect,
    Locus,
    version_of,
)
from nanoward.base.findings import Finding

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")
_LETTERS = re.compile(r"[ACGTRYSWKMBDHVNacgtryswkmbdhvn]*")
Sequences = Mapping[str, str]
LEAST_LETTERS = (2, 10)  # of a locus, and of a kill or safety locus


def check_spec(
    spec: AgentSpec, sequences: Sequences, as_of: date, file: str = ""
) -> tuple[Finding, ...]:
    """All faults of a spec against its reference on a day; none means: it may be published."""
    found = [
        *_identity(spec, as_of),
        *_contigs(spec, sequences),
        *_loci(spec, sequences),
        *setting_faults(spec),
        *kill_faults(spec),
        *_effects(spec),
    ]
    return tuple(fault(code, message, subject, file) for code, message, subject in found)


Told = tuple[str, str, str]  # code, message, subject


def _identity(spec: AgentSpec, as_of: date) -> Iterator[Told]:
    if not _NAME.fullmatch(spec.name):
        yield "AGT-102", f"the name {spec.name!r} cannot be used in paths and tables", "name"
    if version_of(spec.version) is None:
        yield "AGT-103", f"version {spec.version!r} cannot be compared", "version"
    if spec.kind not in KINDS:
        yield "AGT-104", f"class {spec.kind!r} is unknown", "kind"
    if spec.expires <= as_of:
        yield "AGT-109", f"the spec expired on {spec.expires}", "expires"
    if spec.parent and not _is_parent(spec):
        yield "AGT-190", f"parent {spec.parent!r} is no earlier version", "parent"


def _is_parent(spec: AgentSpec) -> bool:
    name, at, version = spec.parent.partition("@")
    number = version_of(version)
    if not at or number is None or not _NAME.fullmatch(name):
        return False
    own = version_of(spec.version)
    return name != spec.name or own is None or number < own


def _contigs(spec: AgentSpec, sequences: Sequences) -> Iterator[Told]:
    if not spec.contigs and spec.kind in REPLICATING:
        yield "AGT-110", "the spec states no reference sequence", "contigs"
    for name, count in Counter(one.name for one in spec.contigs).items():
        if count > 1:
            yield "AGT-111", f"contig {name} is stated {count} times", name
    for one in spec.contigs:
        letters = sequences.get(one.name)
        if letters is None:
            yield "AGT-112", f"the reference holds no contig {one.name}", one.name
            continue
        wrong = _LETTERS.sub("", letters)
        if wrong:
            yield "AGT-116", f"contig {one.name} holds {wrong[:8]!r}", one.name
        if len(letters) != one.length:
            told = f"contig {one.name} has {len(letters)} letters, the spec says {one.length}"
            yield "AGT-114", told, one.name
        elif sequence_sha256(letters) != one.sha256:
            yield "AGT-115", f"contig {one.name} is not the sequence of the spec", one.name
    for name in sorted(set(sequences) - {one.name for one in spec.contigs}):
        yield "AGT-113", f"contig {name} of the reference is not stated", name


def sequence_sha256(letters: str) -> str:
    """SHA-256 over the upper-case letters."""
    return sha256(letters.upper().encode()).hexdigest()


def _loci(spec: AgentSpec, sequences: Sequences) -> Iterator[Told]:
    lengths = {one.name: one.length for one in spec.contigs}
    for name, count in Counter(one.name for one in spec.loci).items():
        if count > 1:
            yield "AGT-120", f"locus {name} is stated {count} times", name
    for locus in spec.loci:
        if locus.role not in ROLES:
            yield "AGT-126", f"locus {locus.name} has the role {locus.role!r}", locus.name
        if locus.strand not in ("+", "-"):
            yield "AGT-125", f"locus {locus.name} has the strand {locus.strand!r}", locus.name
        told = tuple(_place(locus, lengths))
        yield from told
        letters = sequences.get(locus.contig, "")
        if not told and locus.last <= len(letters):
            yield from coding_faults(locus, letters[locus.first - 1 : locus.last].upper())


def _place(locus: Locus, lengths: Mapping[str, int]) -> Iterator[Told]:
    if locus.contig not in lengths:
        yield "AGT-121", f"locus {locus.name} lies on {locus.contig!r}", locus.name
        return
    if locus.first < 1:
        yield "AGT-122", f"locus {locus.name} begins at {locus.first}", locus.name
    if locus.first > locus.last:
        told = f"locus {locus.name} runs from {locus.first} to {locus.last}"
        yield "AGT-124", told, locus.name
    letters = locus.last - locus.first + 1
    if locus.role != "backbone" and 0 < letters < LEAST_LETTERS[locus.role in KNOWN]:
        told = f"{locus.role} locus {locus.name} has {letters} letters"
        yield "AGT-210", told, locus.name
    if locus.last > lengths[locus.contig]:
        told = f"locus {locus.name} ends at {locus.last} of {lengths[locus.contig]}"
        yield "AGT-123", told, locus.name


def _effects(spec: AgentSpec) -> Iterator[Told]:
    for term, count in Counter(one.term for one in spec.effects).items():
        if count > 1 or not term.strip():
            yield "AGT-180", f"effect {term!r} is stated {count} times", term
    for one in spec.effects:
        yield from _effect(one)
    if spec.given and not any(one.direction == "benefit" for one in spec.effects):
        yield "AGT-183", "the spec expects no benefit", "effects"


def _effect(one: Effect) -> Iterator[Told]:
    if one.direction not in DIRECTIONS:
        yield "AGT-181", f"effect {one.term} has the direction {one.direction!r}", one.term
    if not 0 <= one.share <= 1:
        yield "AGT-182", f"effect {one.term} has a share of {one.share:g}", one.term
