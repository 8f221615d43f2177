"""Read, check, compare, sign and publish agent specs on plain files."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from nanoward.agents import (
    AgentSpec,
    SpecSignature,
    UnpublishableError,
    check_spec,
    document_of,
    refusals,
    signed_bytes,
    spec_of,
)
from nanoward.base.errors import InputError
from nanoward.base.findings import Finding
from nanoward.base.names import composed
from nanoward.base.plan import Plan
from nanoward.catalogue.evolution.acquired_mutations import AnnotatedLocus
from nanoward.ports.designs import Design, Designs, Signatures
from nanoward.ports.formats import Formats
from nanoward.ports.ports import Ports

Named = tuple[str, bytes]  # path and content
EMPTY = Design(document={}, sequences={})


class BadSpecFileError(InputError):
    """A spec file is no TOML."""

    code = "AGT-005"
    next_step = "Correct the line; docs/reference lists the keys of a spec."


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedAgent:
    """A spec as far as it could be read, its sequences, and every fault.

    design  what the file said, in its own words: a draft where it states no whole spec
    """

    spec: AgentSpec | None
    sequences: Mapping[str, str]
    findings: tuple[Finding, ...]
    design: Design = EMPTY


def check_agent(
    spec: Named,
    reference: Named | None,
    formats: Formats,
    designs: Designs,
    as_of: date,
    drawing: Named | None = None,
) -> CheckedAgent:
    """Check a spec (TOML with its FASTA, or GenBank or SBOL3 that holds both).

    drawing  GenBank or SBOL3 that a TOML was made from: goes along into other formats
    """
    path, content = spec
    findings: list[Finding] = []
    design = EMPTY
    if path.lower().endswith(".toml"):
        origin = None if drawing is None else designs.read(*drawing).origin
        design = replace(design, document=spec_document(path, content), origin=origin)
    else:
        design = designs.read(path, content)
        findings += design.findings
        findings += _loci_agree(path, design)
    if reference is not None:
        reading = formats.read("reference", *reference)
        findings += reading.findings
        sequences = dict(reading.table.select("contig", "sequence").rows())
        design = replace(design, sequences=sequences)
    checked = checked_spec(path, design.document, design.sequences, as_of, findings)
    return replace(checked, design=replace(design, document=checked.design.document))


def checked_spec(
    path: str,
    document: Mapping[str, Any],
    sequences: Mapping[str, str],
    as_of: date,
    findings: Sequence[Finding] = (),
) -> CheckedAgent:
    """A document as a spec, held against its sequences; findings of its reader go along."""
    made, faults = spec_of(document, path)
    wrong = () if made is None else check_spec(made, sequences, as_of, path)
    told = _plain(document) if made is None else document_of(made)
    return CheckedAgent(
        spec=made,
        sequences=sequences,
        findings=(*findings, *faults, *wrong),
        design=Design(document=told, sequences=sequences),
    )


def _plain(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document without TOML's own days."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in document.items()
    }


def spec_document(path: str, content: bytes) -> dict[str, Any]:
    """The document of a spec.toml; BadSpecFileError where it is none."""
    try:
        return tomllib.loads(composed(content.decode()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise BadSpecFileError(str(fault), file=path) from fault


def _loci_agree(path: str, design: Design) -> list[Finding]:
    """The features of a design file against the loci of the spec that it carries."""
    stated = {
        (one["name"], one["contig"], one["first"], one["last"], one.get("strand", "+"))
        for one in design.document.get("loci", [])
    }
    return [
        Finding(
            code="AGT-195",
            severity="error",
            message=f"feature {one[0]} at {one[1]}:{one[2]}-{one[3]} is no locus of the spec"
            if one in set(design.loci)
            else f"locus {one[0]} of the spec is no feature at {one[1]}:{one[2]}-{one[3]}",
            next_step="One of the two was changed alone: decide, and export the design again",
            file=path,
            column=str(one[0]),
        )
        for one in sorted(stated ^ set(design.loci))
    ]


def fasta_of(sequences: Mapping[str, str]) -> str:
    """The sequences as FASTA, 80 letters a line."""
    return "".join(
        f">{name}\n" + "".join(f"{text[at : at + 80]}\n" for at in range(0, len(text), 80))
        for name, text in sequences.items()
    )


def design_of(checked: CheckedAgent) -> Design:
    """A spec and its sequences as a design file holds them; loci are those of the spec."""
    loci = tuple(
        (one["name"], one["contig"], one["first"], one["last"], one.get("strand", "+"))
        for one in checked.design.document.get("loci", ())
    )
    return replace(checked.design, loci=loci)


def guarded_stretches(spec: AgentSpec) -> tuple[tuple[str, int, int], ...]:
    """(contig, first, last) of every kill and safety locus."""
    return tuple(
        (one.contig, one.first, one.last) for one in spec.loci if one.role in ("kill", "safety")
    )


def watched_loci(ports: Ports, plan: Plan) -> tuple[tuple[str, int, int], ...]:
    """Kill and safety loci of the programme's agent; none where its spec cannot be read."""
    path = f"agents/{plan.agent}/spec.toml"
    if plan.agent is None or path not in {one.path for one in ports.folder.files()}:
        return ()
    try:
        made, _ = spec_of(spec_document(path, ports.folder.content(path)), path)
    except InputError:
        return ()
    return () if made is None else guarded_stretches(made)


def spec_regions(path: str, content: bytes) -> tuple[AnnotatedLocus, ...]:
    """The loci of a spec.toml as the catalogue knows them; none where it is no spec."""
    try:
        made, _ = spec_of(spec_document(path, content), path)
    except InputError:
        return ()
    return () if made is None else regions_of(made)


def stated_regions(path: str, content: bytes) -> tuple[AnnotatedLocus, ...]:
    """The loci of a spec.toml; BadSpecFileError with its first fault where it is none."""
    made, faults = spec_of(spec_document(path, content), path)
    if made is None:
        raise BadSpecFileError(faults[0].message, file=path, line=faults[0].line)
    return regions_of(made)


def regions_of(spec: AgentSpec) -> tuple[AnnotatedLocus, ...]:
    """The loci of a spec as the catalogue knows them."""
    return tuple(
        AnnotatedLocus(
            name=one.name,
            role=one.role,
            contig=one.contig,
            first=one.first,
            last=one.last,
            strand=one.strand,
            coding=one.coding,
        )
        for one in spec.loci
    )


def sign_spec(spec: AgentSpec, person: str, key: str, signatures: Signatures) -> str:
    """One person's signature as JSON."""
    public, signature = signatures.sign(key, signed_bytes(spec))
    made = SpecSignature(person=person, key=public, signature=signature)
    return json.dumps(asdict(made), indent=1, sort_keys=True) + "\n"


def publish_spec(
    spec: AgentSpec,
    signed: Sequence[Named],
    people: Mapping[str, str],
    published: Sequence[str],
    signatures: Signatures,
    as_of: date,
) -> bytes:
    """The published record; UnpublishableError with every reason where it may not be."""
    made = [signature_in(*one) for one in signed]
    reasons = refusals(spec, made, people, signatures.verify, published, as_of)
    if reasons:
        raise UnpublishableError(f"{spec.name} {spec.version}: {'; '.join(reasons)}")
    record = {
        "spec": document_of(spec),
        "signatures": [asdict(one) for one in made],
        "published": as_of.isoformat(),
    }
    return (json.dumps(record, indent=1, sort_keys=True) + "\n").encode()


def signature_in(path: str, content: bytes) -> SpecSignature:
    """The signature in a file; BadSpecFileError where it is none."""
    try:
        body = json.loads(content)
        return SpecSignature(
            person=str(body["person"]), key=str(body["key"]), signature=str(body["signature"])
        )
    except (ValueError, KeyError, TypeError) as fault:
        raise BadSpecFileError("this is no signature", file=path) from fault
