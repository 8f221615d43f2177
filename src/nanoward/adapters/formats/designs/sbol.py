"""Designs as SBOL3, by sbol3."""

import re
from typing import Any

from nanoward.adapters.formats.designs.design_annotations import (
    Locus,
    NoDesignError,
    Note,
    draft_document,
    named_apart,
    note_in,
    packed_note,
)
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


def read_sbol(path: str, text: str, ending: str) -> Design:
    """Components with letters, and every feature that is one range; NoDesignError."""
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
    note: Note | None = None
    for part in document.objects:
        if not isinstance(part, sbol3.Component) or not part.sequences:
            continue
        letters = _letters(document, part)
        if not letters:
            continue
        name = part.name or ""
        if not name or name in sequences or len(name.split()) != 1:
            name = part.display_id
        sequences[name] = letters
        note = note or note_in(part.description or "")
        loci += _ranges(part, name)
    named = named_apart(loci)
    if note is not None:
        return Design(
            document=note.document, sequences=sequences, loci=named, origin=note.origin
        )
    return Design(
        document=draft_document(sequences, named, frozenset()),
        sequences=sequences,
        loci=named,
        origin=(ending, text),
    )


def _letters(document: Any, part: Any) -> str:
    """Letters of a component's first sequence; "" where the file does not hold them."""
    found = document.find(part.sequences[0])
    return str(getattr(found, "elements", None) or "").upper()


def _ranges(part: Any, name: str) -> list[Locus]:
    import sbol3

    found: list[Locus] = []
    for feature in part.features:
        places = [
            place
            for place in getattr(feature, "locations", ())
            if isinstance(place, sbol3.Range)
        ]
        if len(places) == 1:
            turned = places[0].orientation == sbol3.SBOL_REVERSE_COMPLEMENT
            label = feature.name or feature.display_id or ""
            strand = "-" if turned else "+"
            found.append((label, name, places[0].start, places[0].end, strand))
    return found


def sbol_text(design: Design, ending: str) -> str:
    """The design as SBOL3; its note is the description of the first component."""
    import sbol3

    sbol3.set_namespace(SPACE)
    document = sbol3.Document()
    note = packed_note(Note(document=design.document, origin=design.origin))
    for at, (name, letters) in enumerate(design.sequences.items()):
        own = sbol3.Sequence(
            f"contig_{at}_sequence", elements=letters, encoding=sbol3.IUPAC_DNA_ENCODING
        )
        part = sbol3.Component(f"contig_{at}", types=[sbol3.SBO_DNA], name=name)
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
