"""Designs as GenBank, by Biopython."""

import io
import re
import textwrap
import warnings
from typing import Any

from nanoward.adapters.formats.designs.design_account import WHOLE_RECORD, DesignAccount
from nanoward.adapters.formats.designs.design_annotations import (
    HEADER,
    LEFT_OUT,
    NO_DNA,
    NOT_WHOLE,
    OPEN_END,
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

_LOCUS = re.compile(r"LOCUS\s+(?P<name>\S.*?)\s+(?P<length>\d+)\s+(?P<rest>(bp|aa|rc)\b.*)")
ENDS = (".gb", ".gbk", ".gbff", ".genbank")


def read_genbank(path: str, text: str) -> Design:
    """Sequences, and every feature as a locus or as one for each of its stretches.

    A finding for each feature that was cut up or left out; NoDesignError.
    """
    sequences: dict[str, str] = {}
    loci: list[Locus] = []
    coding: set[Locus] = set()
    findings: list[Finding] = []
    note: Note | None = None
    circular: set[str] = set()
    account = DesignAccount()
    text, repaired = _with_plain_locus(text)
    if repaired:
        told = "the LOCUS line holds a name of several words: it is read without the blanks"
        findings.append(feature_finding(HEADER, told, path))
    records = _records(path, text)
    findings += _what_is_lost(path, text, records)
    for record in records:
        if record.id in sequences:
            raise NoDesignError(f"two records are called {record.id}", file=path)
        letters = _letters(record)
        if not letters or not _is_nucleic(record):
            told = f"record {record.id} holds no letters of DNA or RNA: it is no contig"
            said = feature_finding(NO_DNA if letters else LEFT_OUT, told, path, record.id)
            findings += [said, *_all_left_out(record, path, account)]
            account.add_told("contig", [said])
            continue
        sequences[record.id] = letters
        account.add_used("record", "contig")
        if str(record.annotations.get("topology", "")).lower() == "circular":
            circular.add(record.id)
        note = note or note_in(record.annotations.get("comment", ""))
        for feature in record.features:
            made, told_of = _loci(record.id, feature, len(letters), path)
            loci += made
            findings += told_of
            _note(account, feature, made, told_of)
            if feature.type == "CDS" and len(made) == 1 and not told_of:
                coding.add(made[0])
    named = named_apart(loci)
    if note is not None:
        return Design(
            document=note.document,
            sequences=sequences,
            loci=named,
            origin=note.origin,
            findings=tuple(findings),
            account=account.uses(findings),
        )
    frames = frozenset(
        one[0] for one, old in zip(named, _placed(loci), strict=True) if old in coding
    )
    return Design(
        document=draft_document(sequences, named, frames, circular),
        sequences=sequences,
        loci=named,
        origin=(ENDS[0], text),
        findings=tuple(findings),
        account=account.uses(findings),
    )


def _with_plain_locus(text: str) -> tuple[str, bool]:
    """LOCUS lines with names of one word: SnapGene writes "Exported File" until it is named."""
    lines, repaired = text.split("\n"), False
    for at, line in enumerate(lines):
        found = _LOCUS.match(line)
        if found and len(found["name"].split()) > 1:
            name = "_".join(found["name"].split())
            lines[at] = f"LOCUS       {name} {found['length']} {found['rest']}"
            repaired = True
    return "\n".join(lines), repaired


def _what_is_lost(path: str, text: str, records: list[Any]) -> list[Finding]:
    """Records of other lengths than they state, and parts of records outside of any."""
    told, within, stated = [], False, list[int]()
    for line in text.split("\n"):
        if line.startswith("LOCUS "):
            within = True
            found = re.search(r"\s(\d+)\s+(bp|aa|rc)\b", line)
            stated.append(int(found[1]) if found else -1)
        elif not within and line.startswith(("FEATURES ", "ORIGIN")):
            said = f"{line.split()[0]} stands in no record: its LOCUS line is not understood"
            told.append(feature_finding(NOT_WHOLE, said, path))
        elif line.startswith("//"):
            within = False
    if len(stated) != len(records):
        return told
    for record, length in zip(records, stated, strict=True):
        count = len(_letters(record))
        if length >= 0 and count and count != length:
            said = f"record {record.id} states {length:,} letters and holds {count:,}"
            told.append(feature_finding(NOT_WHOLE, said, path, record.id))
    return told


def _letters(record: Any) -> str:
    """The record's letters; "" where the file gives none, or stands for them by others."""
    from Bio.Seq import UndefinedSequenceError

    try:
        return str(record.seq).upper()
    except UndefinedSequenceError:
        return ""


def _is_nucleic(record: Any) -> bool:
    kind = str(record.annotations.get("molecule_type", "DNA"))
    return "protein" not in kind.lower()


def _note(account: DesignAccount, feature: Any, made: list[Locus], told: list[Finding]) -> None:
    """What became of a feature and of its qualifiers."""
    account.add_qualifiers(feature.qualifiers)
    if feature.type == "source":
        account.add_ignored("record", "source", WHOLE_RECORD)
    else:
        account.add_feature(made, told)


def _all_left_out(record: Any, path: str, account: DesignAccount) -> list[Finding]:
    findings = []
    for one in record.features:
        name = _name(one)
        told = f"feature {name or one.type} is of record {record.id}, which is no contig"
        said = [] if one.type == "source" else [feature_finding(LEFT_OUT, told, path, name)]
        _note(account, one, [], said)
        findings += said
    return findings


def _records(path: str, text: str) -> list[Any]:
    from Bio import SeqIO

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns of what it repairs
        try:
            return list(SeqIO.parse(io.StringIO(text), "genbank"))  # type: ignore[no-untyped-call]
        except Exception as fault:  # the library raises many kinds
            raise NoDesignError(f"it is no GenBank ({fault})", file=path) from fault


def _placed(loci: list[Locus]) -> list[Locus]:
    return sorted(loci, key=lambda one: (one[1], one[2], one[3], one[0], one[4]))


def _name(feature: Any) -> str:
    told = feature.qualifiers
    return next((told[key][0] for key in ("label", "gene", "locus_tag") if told.get(key)), "")


def _loci(
    contig: str, feature: Any, length: int, path: str
) -> tuple[list[Locus], list[Finding]]:
    """A feature as loci, one for each stretch, and what must be said of it.

    `source` is the whole record and no locus. Open ends are taken as they are written.
    """
    from Bio.SeqFeature import ExactPosition

    name = _name(feature)
    label = name or feature.type
    if feature.type == "source":
        return [], []
    if feature.location is None:
        return [], [
            _said(LEFT_OUT, f"feature {label} has no place that is understood", path, name)
        ]
    parts: list[tuple[int, int, str]] = []
    for part in feature.location.parts:
        first, last = int(part.start) + 1, int(part.end)
        if part.ref is not None and part.ref != contig:
            told = f"feature {label} lies on {part.ref}, another record, and is left out"
            return [], [_said(LEFT_OUT, told, path, name)]
        if first > last or first < 1:
            told = f"feature {label} lies between letters, at {first - 1}, and is left out"
            return [], [_said(LEFT_OUT, told, path, name)]
        parts.append((first, last, "-" if part.strand == -1 else "+"))
    made = stretches_of(name, contig, parts, length)
    found = []
    if len(made) > 1:
        told = f"feature {label} of {len(made)} stretches became as many loci"
        found.append(_said(PARTED, told, path, name))
    ends = [end for part in feature.location.parts for end in (part.start, part.end)]
    if not all(isinstance(end, ExactPosition) for end in ends):
        told = f"feature {label} has open ends: what is written of them is taken"
        found.append(_said(OPEN_END, told, path, name))
    return made, found


_said = feature_finding


def genbank_text(design: Design) -> str:
    """The design as GenBank; its note stands in the comment of each record."""
    from Bio.Seq import Seq
    from Bio.SeqFeature import SeqFeature, SimpleLocation
    from Bio.SeqIO import write
    from Bio.SeqRecord import SeqRecord

    note = packed_note(Note(document=design.document, origin=design.origin))
    comment = "\n".join(textwrap.wrap(note, 64, break_on_hyphens=False))
    coding = {one["name"]: one.get("coding") for one in design.document.get("loci", [])}
    circles = circular_contigs(design.document)
    records: list[Any] = []
    for name, letters in design.sequences.items():
        record = SeqRecord(Seq(letters), id=name, name=name[:16], description=name)
        record.annotations["molecule_type"] = "DNA"
        record.annotations["topology"] = "circular" if name in circles else "linear"
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
