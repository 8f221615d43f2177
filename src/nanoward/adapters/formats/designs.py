"""Agent specs as GenBank (Biopython) and SBOL3 (sbol3): the extra `nanoward[designs]`.

Sequences and loci are written as these formats know them; the whole spec goes along as one
line of canonical JSON (GenBank: a comment; SBOL3: a property), so that a round trip loses
nothing. A file without it gives contigs and loci alone.
"""

import io
import json
import textwrap
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from nanoward.base.canonical import canonical_json
from nanoward.base.errors import InputError, OutsideError
from nanoward.ports.designs import Design

GENBANK = (".gb", ".gbk", ".genbank")
SBOL = {".nt": "sorted nt", ".sbol": "sorted nt", ".ttl": "ttl", ".rdf": "xml", ".xml": "xml"}
SPACE = "https://nanoward.invalid"
MARK = "nanoward-spec"


class NoDesignError(InputError):
    """A design file could not be understood."""

    code = "AGT-003"
    next_step = "Export it again as GenBank or SBOL3."


class NoDesignLibraryError(OutsideError):
    """The libraries for designs are not installed."""

    code = "AGT-004"
    next_step = "Install them: pip install 'nanoward[designs]'"


class DesignFiles:
    """GenBank and SBOL3 by the end of the name."""

    def read(self, path: str, content: bytes) -> Design:
        try:
            design = _reader(path)(path, content)
        except ImportError as fault:
            raise NoDesignLibraryError(str(fault)) from fault
        if not design.sequences:
            raise NoDesignError("it holds no sequence", file=path)
        return design

    def write(self, path: str, design: Design) -> bytes:
        try:
            if path.lower().endswith(GENBANK):
                return _genbank_bytes(design)
            return _sbol_bytes(design, SBOL.get(Path(path).suffix.lower(), "sorted nt"))
        except ImportError as fault:
            raise NoDesignLibraryError(str(fault)) from fault


def _reader(path: str) -> Callable[[str, bytes], Design]:
    return _read_genbank if path.lower().endswith(GENBANK) else _read_sbol


def _read_genbank(path: str, content: bytes) -> Design:
    from Bio import SeqIO

    sequences: dict[str, str] = {}
    loci: list[tuple[str, str, int, int, str]] = []
    roles: dict[str, str] = {}
    document: dict[str, Any] | None = None
    try:
        text = io.StringIO(content.decode())
        for record in SeqIO.parse(text, "genbank"):  # type: ignore[no-untyped-call]
            sequences[record.id] = str(record.seq).upper()
            document = document or _carried(record.annotations.get("comment", ""))
            for feature in record.features:
                place = feature.location
                if feature.type == "source" or place is None:
                    continue
                name = feature.qualifiers.get("label", feature.qualifiers.get("gene", [""]))[0]
                strand = "-" if place.strand == -1 else "+"
                loci.append((name, record.id, int(place.start) + 1, int(place.end), strand))
                roles[name] = feature.type
    except (ValueError, UnicodeDecodeError) as fault:
        raise NoDesignError(f"it is no GenBank ({fault})", file=path) from fault
    return _design(document, sequences, loci, roles)


def _design(
    document: dict[str, Any] | None,
    sequences: dict[str, str],
    loci: list[tuple[str, str, int, int, str]],
    roles: dict[str, str],
) -> Design:
    ordered = tuple(sorted(loci, key=lambda one: (one[1], one[2], one[3], one[0])))
    if document is None:
        document = {
            "contigs": [
                {
                    "name": name,
                    "length": len(letters),
                    "sha256": sha256(letters.encode()).hexdigest(),
                }
                for name, letters in sequences.items()
            ],
            "loci": [
                {
                    "name": name,
                    "role": "cds" if roles.get(name) == "CDS" else "backbone",
                    "contig": contig,
                    "first": first,
                    "last": last,
                    "strand": strand,
                    "coding": roles.get(name) == "CDS",
                }
                for name, contig, first, last, strand in ordered
            ],
        }
    return Design(document=document, sequences=sequences, loci=ordered)


def _carried(comment: str) -> dict[str, Any] | None:
    """The spec that a comment carries: blanks and line ends within it mean nothing."""
    _, mark, text = comment.partition(f"{MARK}:")
    if not mark:
        return None
    packed = "".join(text.split())
    try:
        found: dict[str, Any] = json.loads(bytes.fromhex(packed))
    except ValueError:
        return None
    return found


def _genbank_bytes(design: Design) -> bytes:
    from Bio.Seq import Seq
    from Bio.SeqFeature import SeqFeature, SimpleLocation
    from Bio.SeqIO import write
    from Bio.SeqRecord import SeqRecord

    packed = canonical_json(dict(design.document)).encode().hex()
    coding = {one["name"]: one.get("coding") for one in design.document.get("loci", [])}
    records = []
    for name, letters in design.sequences.items():
        record = SeqRecord(Seq(letters), id=name, name=name[:16], description=name)
        record.annotations["molecule_type"] = "DNA"
        record.annotations["comment"] = f"{MARK}:\n" + "\n".join(textwrap.wrap(packed, 64))
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
    return text.getvalue().encode()


def _read_sbol(path: str, content: bytes) -> Design:
    import sbol3

    sbol3.set_namespace(SPACE)
    document = sbol3.Document()
    kind = SBOL.get(Path(path).suffix.lower(), "sorted nt")
    try:
        document.read_string(content.decode(), file_format=kind)
    except Exception as fault:  # the library raises many kinds
        raise NoDesignError(f"it is no SBOL3 ({fault})", file=path) from fault
    sequences: dict[str, str] = {}
    loci: list[tuple[str, str, int, int, str]] = []
    spec: dict[str, Any] | None = None
    for part in document.objects:
        if not isinstance(part, sbol3.Component) or not part.sequences:
            continue
        found = document.find(part.sequences[0])
        name = part.name or part.display_id
        sequences[name] = str(found.elements).upper()
        spec = spec or _carried(part.description or "")
        loci += [
            (
                feature.name or feature.display_id,
                name,
                place.start,
                place.end,
                "-" if place.orientation == sbol3.SBOL_REVERSE_COMPLEMENT else "+",
            )
            for feature in part.features
            for place in getattr(feature, "locations", ())
            if isinstance(place, sbol3.Range)
        ]
    return _design(spec, sequences, loci, {})


def _sbol_bytes(design: Design, kind: str) -> bytes:
    import sbol3

    sbol3.set_namespace(SPACE)
    document = sbol3.Document()
    packed = canonical_json(dict(design.document)).encode().hex()
    for at, (name, letters) in enumerate(design.sequences.items()):
        own = sbol3.Sequence(
            f"contig_{at}_sequence", elements=letters, encoding=sbol3.IUPAC_DNA_ENCODING
        )
        part = sbol3.Component(f"contig_{at}", types=[sbol3.SBO_DNA], name=name)
        part.sequences = [own]
        part.description = f"{MARK}:{packed}"
        document.add(own)
        document.add(part)
        for locus, contig, first, last, strand in design.loci:
            if contig == name:
                turned = strand == "-"
                way = sbol3.SBOL_REVERSE_COMPLEMENT if turned else sbol3.SBOL_INLINE
                place = sbol3.Range(own, first, last, orientation=way)
                part.features.append(sbol3.SequenceFeature([place], name=locus))
    text: str = document.write_string(kind)
    return text.encode()
