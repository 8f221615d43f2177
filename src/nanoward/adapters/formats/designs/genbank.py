"""Designs as GenBank, by Biopython."""

import io
import textwrap
import warnings
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

ENDS = (".gb", ".gbk", ".gbff", ".genbank")


def read_genbank(path: str, text: str) -> Design:
    """Sequences, and every feature that is one stretch; NoDesignError."""
    sequences: dict[str, str] = {}
    loci: list[Locus] = []
    coding: set[Locus] = set()
    note: Note | None = None
    for record in _records(path, text):
        if record.id in sequences:
            raise NoDesignError(f"two records are called {record.id}", file=path)
        sequences[record.id] = str(record.seq).upper()
        note = note or note_in(record.annotations.get("comment", ""))
        for feature in record.features:
            made = _locus(record.id, feature)
            if made is not None:
                loci.append(made)
                if feature.type == "CDS":
                    coding.add(made)
    named = named_apart(loci)
    if note is not None:
        return Design(
            document=note.document, sequences=sequences, loci=named, origin=note.origin
        )
    frames = frozenset(
        one[0] for one, old in zip(named, _placed(loci), strict=True) if old in coding
    )
    return Design(
        document=draft_document(sequences, named, frames),
        sequences=sequences,
        loci=named,
        origin=(ENDS[0], text),
    )


def _records(path: str, text: str) -> list[Any]:
    from Bio import SeqIO

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns of what it repairs
        try:
            found = list(SeqIO.parse(io.StringIO(text), "genbank"))  # type: ignore[no-untyped-call]
            for record in found:
                str(record.seq)  # letters that are not there are told by use alone
        except Exception as fault:  # the library raises many kinds
            raise NoDesignError(f"it is no GenBank ({fault})", file=path) from fault
    return found


def _placed(loci: list[Locus]) -> list[Locus]:
    return sorted(loci, key=lambda one: (one[1], one[2], one[3], one[0], one[4]))


def _locus(contig: str, feature: Any) -> Locus | None:
    """A feature as a locus; None for the source and for what is joined or open-ended."""
    from Bio.SeqFeature import ExactPosition, SimpleLocation

    place = feature.location
    if feature.type == "source" or not isinstance(place, SimpleLocation):
        return None
    if not (isinstance(place.start, ExactPosition) and isinstance(place.end, ExactPosition)):
        return None
    told = feature.qualifiers
    names = [told[key][0] for key in ("label", "gene", "locus_tag") if told.get(key)]
    strand = "-" if place.strand == -1 else "+"
    name = names[0] if names else ""
    return name, contig, int(place.start) + 1, int(place.end), strand


def genbank_text(design: Design) -> str:
    """The design as GenBank; its note stands in the comment of each record."""
    from Bio.Seq import Seq
    from Bio.SeqFeature import SeqFeature, SimpleLocation
    from Bio.SeqIO import write
    from Bio.SeqRecord import SeqRecord

    note = packed_note(Note(document=design.document, origin=design.origin))
    comment = "\n".join(textwrap.wrap(note, 64, break_on_hyphens=False))
    coding = {one["name"]: one.get("coding") for one in design.document.get("loci", [])}
    records: list[Any] = []
    for name, letters in design.sequences.items():
        record = SeqRecord(Seq(letters), id=name, name=name[:16], description=name)
        record.annotations["molecule_type"] = "DNA"
        record.annotations["comment"] = comment if not records else ""
        for locus, contig, first, last, strand in design.loci:
            if contig != name:
                continue
            way = -1 if strand == "-" else 1
            place = SimpleLocation(first - 1, last, strand=way)  # type: ignore[no-untyped-call]
            kind = "CDS" if coding.get(locus) else "misc_feature"
            label = {"label": [locus]}
            made = SeqFeature(place, type=kind, qualifiers=label)  # type: ignore[no-untyped-call]
            record.features.append(made)
        records.append(record)
    text = io.StringIO()
    write(records, text, "genbank")
    return text.getvalue()
