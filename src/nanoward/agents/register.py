"""What the ledger says of agents: which specs are in force, which lots may be given."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from nanoward.agents.publication import spec_sha256
from nanoward.agents.spec import AgentSpec, version_of
from nanoward.base.entries import Entry, LotRefused, LotReleased, SpecPublished
from nanoward.base.errors import InputError
from nanoward.base.findings import Finding, Severity

Word = LotReleased | LotRefused
_LOT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")


class BadLotNameError(InputError):
    """A lot's name cannot be the name of a file, or could be taken for another lot's."""

    code = "AGT-211"
    next_step = "Use letters, digits, '-', '_', '+' and '.', beginning with a letter or digit."


def require_lot_name(lot: str) -> None:
    """BadLotNameError unless a lot's name is a safe name of a file."""
    if not _LOT_NAME.fullmatch(lot) or ".." in lot or _RESERVED.fullmatch(lot):
        raise BadLotNameError(f"lot {lot[:120]!r} cannot be called so")


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """specs: every published spec by agent, in the order of the ledger; lots: the last word."""

    specs: Mapping[str, Sequence[SpecPublished]] = field(default_factory=dict)
    lots: Mapping[str, Word] = field(default_factory=dict)

    def latest(self, agent: str) -> SpecPublished | None:
        """The published spec of the highest version; None where there is none."""
        made = self.specs.get(agent, ())
        return max(made, key=lambda one: version_of(one.version) or (0, 0, 0), default=None)

    def versions(self, agent: str) -> tuple[str, ...]:
        """Versions of an agent that were published."""
        return tuple(one.version for one in self.specs.get(agent, ()))


def register_of(entries: Iterable[Entry]) -> Register:
    """The register that entries of the ledger tell, in their order; others are passed over."""
    specs: dict[str, list[SpecPublished]] = {}
    lots: dict[str, Word] = {}
    for one in entries:
        match one:
            case SpecPublished():
                specs.setdefault(one.agent, []).append(one)
            case LotReleased() | LotRefused():
                lots[one.lot] = one
            case _:
                pass
    return Register(specs=specs, lots=lots)


def lot_record_doubts(
    lot: str, spec: AgentSpec, reads: Sequence[str], register: Register, as_of: date
) -> tuple[str, ...]:
    """Why a release cannot be recorded as it stands; none means that it can.

    reads  SHA-256 of the files of reads
    """
    found = []
    if not reads or len(set(reads)) != len(reads):
        found.append("its reads are none, or one file twice")
    if any(not re.fullmatch("[0-9a-f]{64}", one) for one in reads):
        found.append("its reads are not named by their SHA-256")
    others = sorted(
        word.lot
        for word in register.lots.values()
        if word.lot != lot and set(word.reads) & set(reads)
    )
    if others:
        found.append(f"its reads are those of lot {others[0]}")
    alike = sorted(one for one in register.lots if one != lot and one.lower() == lot.lower())
    if alike:
        found.append(f"lot {alike[0]} differs in capitals alone")
    before = register.lots.get(lot)
    if before is not None and before.agent != spec.name:
        found.append(f"it is on record as a lot of {before.agent}")
    latest = register.latest(spec.name)
    if latest is not None and as_of < latest.published:
        found.append(f"its spec was published on {latest.published}, after {as_of}")
    return tuple(found)


def spec_findings(
    spec: AgentSpec, register: Register, as_of: date, file: str = ""
) -> tuple[Finding, ...]:
    """Why this spec, which the programme works by, is not the one in force on a day."""
    if not spec.given:
        return ()
    latest = register.latest(spec.name)
    if latest is None:
        told = f"the spec of {spec.name} was never published on this ledger"
        return (_doubt("AGT-203", "warning", told, spec.name, file),)
    found = []
    if latest.spec_sha256 != spec_sha256(spec):
        told = (
            f"the spec of {spec.name} {spec.version} here is not the published "
            f"{latest.version} ({latest.spec_sha256[:12]})"
        )
        found.append(_doubt("AGT-205", "error", told, spec.name, file))
    if latest.expires <= as_of:
        told = f"the spec of {spec.name} {latest.version} expired on {latest.expires}"
        found.append(_doubt("AGT-204", "error", told, spec.name, file))
    return tuple(found)


def lot_findings(given: Mapping[str, int], register: Register) -> tuple[Finding, ...]:
    """Lots that people received without a release that stands.

    given  lot to the number of people who received it
    """
    found: list[Finding] = []
    for lot, people in sorted(given.items()):
        word = register.lots.get(lot)
        match word:
            case None:
                told = f"{_counted(people)} received lot {lot}, which was never released"
                found.append(_doubt("AGT-201", "error", told, lot))
            case LotRefused():
                told = f"{_counted(people)} received lot {lot}, refused on {word.refused}: "
                found.append(_doubt("AGT-202", "error", told + "; ".join(word.reasons), lot))
            case _:
                found += _released(word, register, people)
    return tuple(found)


def _counted(people: int) -> str:
    return "1 person" if people == 1 else f"{people} people"


def _released(word: LotReleased, register: Register, people: int) -> list[Finding]:
    published = {one.spec_sha256: one for one in register.specs.get(word.agent, ())}
    spec = published.get(word.spec_sha256)
    if spec is None:
        told = f"{_counted(people)} received lot {word.lot}, built to an unpublished spec"
        return [_doubt("AGT-206", "error", told, word.lot)]
    if spec.expires <= word.released:
        told = f"lot {word.lot} was released on {word.released}, after its spec expired"
        return [_doubt("AGT-207", "error", told, word.lot)]
    return []


STEPS = {
    "AGT-201": "Sequence it: nanoward agents release LOT READS --programme FOLDER",
    "AGT-202": "Stop giving it; see docs/howto/control-an-agent.md for those who carry it",
    "AGT-203": "Have two people sign it: nanoward agents publish SPEC --programme FOLDER",
    "AGT-204": "Have it reviewed, give it a later day and a higher version, and publish it",
    "AGT-205": "Publish this version, or put the published one back",
    "AGT-206": "Publish the spec that it was built to, or stop giving it",
    "AGT-207": "Have the spec reviewed and published again, and release the lot anew",
}


def _doubt(code: str, severity: Severity, told: str, subject: str, file: str = "") -> Finding:
    return Finding(
        code=code,
        severity=severity,
        message=told,
        next_step=STEPS[code],
        file=file,
        subject=subject,
    )
