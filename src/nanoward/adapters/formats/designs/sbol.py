"""Designs as SBOL3, by sbol3."""

import re
from collections.abc import Mapping
from typing import Any

from nanoward.adapters.formats.designs.design_account import NO_SEQUENCE, DesignAccount
from nanoward.adapters.formats.designs.design_annotations import (
    LEFT_OUT,
    NO_DNA,
    PARTED,
    Locus,
    NoDesignError,
    Note,
    circular_contigs,
    draft_document,
    feature_finding,
    named_apart,
    note_in,
    packed_note,
    stretches_of,
)
from nanoward.base.findings import Finding
from nanoward.ports.designs import Design

KINDS = {
    ".nt": "sorted nt",
    ".sbol": "sorted nt",
    ".ttl": "ttl",
    ".rdf": "xml",
    ".xml": "xml",
}
DECLARED = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
SPACE = "https://nanoward.invalid"
Contigs = dict[str, tuple[str, str]]  # identity of a sequence to its contig's name and letters
REVERSED = ("reverseComplement", "SO:0001031")  # ends of what SBOL3 lets an orientation be
FORWARD = ("inline", "SO:0001030")
CIRCULAR = "https://identifiers.org/SO:0000988"  # Sequence Ontology, as SBOL3's topology types


def read_sbol(path: str, text: str, ending: str) -> Design:
    """One contig for each sequence of DNA or RNA that a component has, and its features.

    A feature's stretches lie on the sequences that they name. A finding for each feature that
    was cut up or left out; NoDesignError.
    """
    if KINDS[ending] == "xml" and DECLARED.search(text):
        raise NoDesignError(
            "it declares a document type or entities; such a file is not opened", file=path
        )
    import sbol3

    sbol3.set_namespace(SPACE)
    document = sbol3.Document()
    try:
        document.read_string(text, file_format=KINDS[ending])
    except Exception as fault:  # the library raises many kinds
        raise NoDesignError(f"it is no SBOL3 ({fault})", file=path) from fault
    sequences: dict[str, str] = {}
    loci: list[Locus] = []
    findings: list[Finding] = []
    note: Note | None = None
    circular: set[str] = set()
    account = DesignAccount()
    for part in document.objects:
        if not isinstance(part, sbol3.Component):
            if isinstance(part, sbol3.Sequence):
                account.add_used("record", "Sequence")
            else:
                account.add_ignored("record", type(part).__name__, NO_SEQUENCE)
            continue
        contigs, told = _contigs(document, part, sequences, path)
        _note_component(account, part, contigs, told)
        findings += told
        sequences |= dict(contigs.values())
        if CIRCULAR in {str(one) for one in part.types}:
            circular |= {name for name, _ in contigs.values()}
        if contigs:
            note = note or note_in(part.description or "")
        for feature in part.features:
            made, said = _feature(feature, contigs, path)
            loci += made
            findings += said
            account.add_feature(made, said)
    named = named_apart(loci)
    return Design(
        document=draft_document(sequences, named, frozenset(), circular)
        if note is None
        else note.document,
        sequences=sequences,
        loci=named,
        origin=(ending, text) if note is None else note.origin,
        findings=tuple(findings),
        account=account.uses(findings),
    )


def _note_component(
    account: DesignAccount, part: Any, contigs: Contigs, told: list[Finding]
) -> None:
    """A component is a contig, or told, or has no sequence; its relations are not looked at."""
    if contigs:
        account.add_used("record", "Component")
    elif told:
        account.add_told("Component", told)
    else:
        account.add_ignored("record", "Component", "it has no sequence")
    for name in ("interactions", "constraints", "interface", "models"):
        for _ in getattr(part, name, None) or ():
            account.add_ignored("column", name, NO_SEQUENCE)


def _contigs(
    document: Any, part: Any, taken: Mapping[str, str], path: str
) -> tuple[Contigs, list[Finding]]:
    """The sequences of a component that are contigs, and what must be said of the others."""
    contigs: Contigs = {}
    findings: list[Finding] = []
    own = [(str(one), document.find(str(one))) for one in part.sequences]
    for identity, sequence in own:
        letters = str(getattr(sequence, "elements", None) or "").upper()
        if not letters:
            told = (
                f"the letters of {_end(identity)}, of component {part.display_id}, are not here"
            )
            findings.append(feature_finding(NO_DNA, told, path, part.display_id))
            continue
        if not _is_nucleic(part, sequence):
            told = f"component {part.display_id} is no DNA or RNA: it is no contig"
            findings.append(feature_finding(NO_DNA, told, path, part.display_id))
            continue
        several = len(own) > 1
        name = (sequence.name if several else part.name) or ""
        used = {*taken, *(one for one, _ in contigs.values())}
        if not name or name in used or len(name.split()) != 1:
            name = sequence.display_id if several else part.display_id
        if name in used:
            name = f"{part.display_id}.{sequence.display_id}"
        contigs[identity] = (name, letters)
    return contigs, findings


def _is_nucleic(part: Any, sequence: Any) -> bool:
    import sbol3

    encoding = str(sequence.encoding or "")
    types = {str(one) for one in part.types}
    if encoding in (sbol3.IUPAC_PROTEIN_ENCODING, sbol3.SMILES_ENCODING):
        return False
    other = {sbol3.SBO_PROTEIN, sbol3.SBO_SIMPLE_CHEMICAL}
    return not types & other or bool(types & {sbol3.SBO_DNA, sbol3.SBO_RNA})


def _end(identity: str) -> str:
    return identity.rsplit("/", 1)[-1]


def _feature(feature: Any, contigs: Contigs, path: str) -> tuple[list[Locus], list[Finding]]:
    """A feature as loci on the sequences that its stretches name, and what must be said."""
    import sbol3

    label = feature.name or feature.display_id or ""
    parts: dict[str, list[tuple[int, int, str]]] = {}
    places = list(getattr(feature, "locations", None) or ())
    if not places:
        told = f"feature {label} has no place on a sequence and is left out"
        return [], [feature_finding(LEFT_OUT, told, path, label)]
    try:
        places.sort(key=lambda one: (one.order or 0, getattr(one, "start", 0)))
        spans = [_span(one) for one in places]
    except (TypeError, ValueError):  # the library reads numbers when they are asked for
        spans = []
    if not spans or None in spans:
        told = f"feature {label} has no place that is understood"
        return [], [feature_finding(LEFT_OUT, told, path, label)]
    for place, span in zip(places, spans, strict=True):
        contig = contigs.get(str(place.sequence))
        if contig is None or isinstance(place, sbol3.Cut):
            why = "lies between letters" if contig else "lies on a sequence that is no contig"
            told = f"feature {label} {why} and is left out"
            return [], [feature_finding(LEFT_OUT, told, path, label)]
        first, last, strand = span or (1, 0, "+")
        last = last or len(contig[1])
        parts.setdefault(str(place.sequence), []).append((first, last, strand))
    made: list[Locus] = []
    for identity, stretches in parts.items():
        name, letters = contigs[identity]
        made += stretches_of(label, name, stretches, len(letters))
    if len(made) == 1:
        return made, []
    told = f"feature {label} of {len(made)} stretches became as many loci"
    return made, [feature_finding(PARTED, told, path, label)]


def _span(place: Any) -> tuple[int, int, str] | None:
    """First, last (0: to the end) and strand of a place; None where they are not understood."""
    import sbol3

    way = str(place.orientation or FORWARD[0])
    if not way.endswith((*FORWARD, *REVERSED)):
        return None
    strand = "-" if way.endswith(REVERSED) else "+"
    if not isinstance(place, sbol3.Range):
        return 1, 0, strand
    first, last = int(place.start), int(place.end)
    return (first, last, strand) if 1 <= first <= last else None


def sbol_text(design: Design, ending: str) -> str:
    """The design as SBOL3; its note is the description of the first component."""
    import sbol3

    sbol3.set_namespace(SPACE)
    document = sbol3.Document()
    note = packed_note(Note(document=design.document, origin=design.origin))
    circles = circular_contigs(design.document)
    for at, (name, letters) in enumerate(design.sequences.items()):
        own = sbol3.Sequence(
            f"contig_{at}_sequence", elements=letters, encoding=sbol3.IUPAC_DNA_ENCODING
        )
        types = [sbol3.SBO_DNA, *([CIRCULAR] if name in circles else [])]
        part = sbol3.Component(f"contig_{at}", types=types, name=name)
        part.sequences = [own]
        part.description = note if at == 0 else None
        document.add(own)
        document.add(part)
        for locus, contig, first, last, strand in design.loci:
            if contig == name:
                turned = strand == "-"
                way = sbol3.SBOL_REVERSE_COMPLEMENT if turned else sbol3.SBOL_INLINE
                place = sbol3.Range(own, first, last, orientation=way)
                part.features.append(sbol3.SequenceFeature([place], name=locus))
    text: str = document.write_string(KINDS[ending])
    return text
