"""Put specs and lots on the ledger: who published what, which lot may be given."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from nanoward.agents import (
    Register,
    SpecSignature,
    UnpublishableError,
    claimed_escapes,
    lot_record_doubts,
    refusals,
    register_of,
    require_lot_name,
    spec_sha256,
)
from nanoward.agents.agent_keys import agents_section
from nanoward.agents.spec import AgentSpec
from nanoward.base.entries import (
    KINDS,
    Entry,
    LotBuilt,
    LotRefused,
    LotReleased,
    SpecPublished,
    entry_of,
    kind_of,
)
from nanoward.base.errors import RefusedError
from nanoward.base.ids import Sha256
from nanoward.flows.agents.check_agents import Named, signature_in
from nanoward.flows.steps.parquet import parquet_of, table_of
from nanoward.ports.blobs import Blobs
from nanoward.ports.designs import Signatures
from nanoward.ports.ledger import Ledger
from nanoward.ports.ports import Ports

if TYPE_CHECKING:  # the kernel that types reads, which a round without reads never needs
    from nanoward.flows.lots.release_lot import LotReport

WORDS = (SpecPublished, LotBuilt, LotReleased, LotRefused)
LOT_SCHEMA = {
    "contig": pl.String,
    "position": pl.Int64,
    "ref": pl.String,
    "alt": pl.String,
    "frequency": pl.Float64,
    "depth": pl.Int64,
    "part": pl.String,
    "locus": pl.String,
}


class NoSpecInForceError(RefusedError):
    """A lot cannot be released: its spec is not the published one, or has expired."""

    code = "AGT-006"
    next_step = "Publish the spec first: nanoward agents publish SPEC --programme FOLDER"


class BadLotRecordError(RefusedError):
    """A release cannot be recorded: its name, reads or day are not those of such a lot."""

    code = "AGT-212"
    next_step = "Give this lot's own reads, its own name, and today's day."


def agent_register(ledger: Ledger) -> Register:
    """What the ledger says of specs and lots."""
    records = sorted(
        (record for kind in WORDS for record in ledger.records(kind=kind_of(kind))),
        key=lambda one: one.seq,
    )
    return register_of(entry_of(one.kind, one.body, KINDS) for one in records)


def record_spec(
    ports: Ports,
    spec: AgentSpec,
    signed: Sequence[Named],
    signatures: Signatures,
    as_of: date,
    *,
    actor: str,
) -> SpecPublished:
    """Publish on the ledger: two people of [agents.people] signed, versions rise, not expired.

    UnpublishableError with every reason otherwise, and nothing is written.
    """
    people = spec_people(ports)
    made = [signature_in(*one) for one in signed]
    known = agent_register(ports.ledger).versions(spec.name)
    reasons = refusals(spec, made, people, signatures.verify, known, as_of)
    if reasons:
        raise UnpublishableError(f"{spec.name} {spec.version}: {'; '.join(reasons)}")
    entry = SpecPublished(
        agent=spec.name,
        version=spec.version,
        spec_sha256=spec_sha256(spec),
        reference_length=sum(one.length for one in spec.contigs),
        expires=spec.expires,
        published=as_of,
        signatures=tuple(_told(one) for one in made),
    )
    ports.ledger.append([entry], actor=actor, at=ports.clock.now())
    return entry


def spec_people(ports: Ports) -> Mapping[str, str]:
    """Who may sign specs: person to public key, from [agents.people] of programme.toml."""
    return agents_section(ports.folder.plan().section("agents")).people


def require_in_force(lot: str, spec: AgentSpec, register: Register, as_of: date) -> None:
    """NoSpecInForceError unless this very spec is the latest published, and not expired."""
    latest, own = register.latest(spec.name), spec_sha256(spec)
    if latest is None or latest.spec_sha256 != own:
        told = "none" if latest is None else f"{latest.version} {latest.spec_sha256[:12]}"
        raise NoSpecInForceError(
            f"lot {lot} is built to {spec.name} {spec.version} {own[:12]}, in force is {told}"
        )
    if latest.expires <= as_of:
        raise NoSpecInForceError(
            f"the spec of {spec.name} {spec.version} expired on {latest.expires}"
        )


def record_lot(
    ports: Ports,
    spec: AgentSpec,
    report: "LotReport",
    reads: Sequence[str],
    as_of: date,
    *,
    actor: str,
) -> LotReleased | LotRefused:
    """Write the verdict on a lot, and keep its variants for those who receive it.

    reads  SHA-256 of the files that it was judged by
    NoSpecInForceError where the spec is not the one in force, BadLotRecordError where name,
    reads or day cannot be those of this lot; nothing is written then. That a lot which was
    released before is refused now is always written.
    """
    require_lot_name(report.lot)
    register = agent_register(ports.ledger)
    own = spec_sha256(spec)
    if report.verdict.released or report.lot not in register.lots:
        require_in_force(report.lot, spec, register, as_of)
    if report.verdict.released:
        doubts = lot_record_doubts(report.lot, spec, reads, register, as_of)
        if as_of > ports.clock.now().date():
            doubts = (*doubts, f"{as_of} is a day to come")
        if doubts:
            raise BadLotRecordError(f"lot {report.lot}: {'; '.join(doubts)}")
    verdict = report.verdict
    entries: list[Entry] = []
    if report.lot not in register.lots:
        entries.append(
            LotBuilt(lot=report.lot, agent=spec.name, version=spec.version, built=as_of)
        )
    word: LotReleased | LotRefused
    if verdict.released:
        word = LotReleased(
            lot=report.lot,
            agent=spec.name,
            version=spec.version,
            spec_sha256=own,
            released=as_of,
            differences=len(verdict.differences),
            variants_sha256=ports.blobs.put(parquet_of(lot_table(report))),
            reads=tuple(reads),
            escapes=claimed_escapes(spec, verdict),
        )
    else:
        word = LotRefused(
            lot=report.lot,
            agent=spec.name,
            version=spec.version,
            spec_sha256=own,
            refused=as_of,
            reasons=verdict.reasons,
            reads=tuple(reads),
        )
    ports.ledger.append([*entries, word], actor=actor, at=ports.clock.now())
    return word


def lot_table(report: "LotReport") -> pl.DataFrame:
    """The variants of a lot: what every recipient starts with."""
    rows = [
        {name: getattr(one, name) for name in LOT_SCHEMA} for one in report.verdict.differences
    ]
    return pl.DataFrame(rows, schema=LOT_SCHEMA)


def lot_variants(register: Register, blobs: Blobs) -> dict[str, pl.DataFrame]:
    """Variants of every released lot whose blob is still kept."""
    return {
        lot: table_of(blobs.get(Sha256(word.variants_sha256)))
        for lot, word in sorted(register.lots.items())
        if isinstance(word, LotReleased) and blobs.has(Sha256(word.variants_sha256))
    }


def _told(one: SpecSignature) -> str:
    return f"{one.person} {one.key} {one.signature}"
