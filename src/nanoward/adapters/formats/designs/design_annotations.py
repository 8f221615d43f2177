"""What a design file carries beside what its format knows: the whole spec, and the original.

One line of text, MARK and hexadecimal: a zlib stream of canonical JSON. Blanks and line ends
within it mean nothing, so that any program may wrap it.
"""

import json
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from nanoward.base.canonical import canonical_json
from nanoward.base.errors import InputError
from nanoward.base.findings import Finding

MARK = "nanoward-spec"
PARTED, OPEN_END, LEFT_OUT = "AGT-213", "AGT-214", "AGT-215"
NO_DNA, ENCODING, HEADER = "AGT-216", "AGT-217", "AGT-218"
NOT_WHOLE = "AGT-220"
NEXT_STEPS = {
    PARTED: "Name each stretch in the spec where it matters; a kill locus must be one stretch",
    OPEN_END: "Give exact ends where it matters: what was known is taken",
    LEFT_OUT: "Give it an exact place on its own sequence, or state the locus in the spec",
    NO_DNA: "Nothing to do, unless it should have been DNA",
    ENCODING: "Save the file as UTF-8",
    HEADER: "Give the sequence a name without a blank, and export it again",
    NOT_WHOLE: "Export it again: a part of the file may be lost",
}
Locus = tuple[str, str, int, int, str]  # name, contig, first, last, strand


class NoDesignError(InputError):
    """A design file could not be understood."""

    code = "AGT-003"
    next_step = "Export it again as GenBank or SBOL3."


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """The spec's document, and (ending, text) of the file that the design came from."""

    document: Mapping[str, Any]
    origin: tuple[str, str] | None = None


def feature_finding(code: str, message: str, path: str, subject: str = "") -> Finding:
    """One thing that was left out, cut up or repaired on reading a design."""
    return Finding(
        code=code,
        severity="warning" if code != NO_DNA else "note",
        message=message,
        next_step=NEXT_STEPS[code],
        file=path,
        column=subject,
    )


def stretches_of(
    name: str, contig: str, parts: list[tuple[int, int, str]], length: int
) -> list[Locus]:
    """A feature as loci: one for each of its stretches, numbered where they are several.

    parts  first, last (1-based) and strand; what runs beyond the end of a circle of `length`
           letters goes on at its beginning
    """
    cut: list[tuple[int, int, str]] = []
    for first, last, strand in parts:
        if 1 <= first <= length < last <= 2 * length:
            cut += [(first, length, strand), (1, last - length, strand)]
        else:
            cut.append((first, last, strand))
    if len(cut) == 1:
        return [(name, contig, *cut[0])]
    label = name or f"{contig}:{cut[0][0]}"
    return [(f"{label} [{at} of {len(cut)}]", contig, *one) for at, one in enumerate(cut, 1)]


def circular_contigs(document: Mapping[str, Any]) -> set[str]:
    """Names of the contigs that a document calls circular."""
    return {one["name"] for one in document.get("contigs", []) if one.get("circular")}


def packed_note(note: Note) -> str:
    """The note as text."""
    body = {"spec": dict(note.document), "origin": list(note.origin or ())}
    return f"{MARK}:{zlib.compress(canonical_json(body).encode(), 9).hex()}"


def note_in(text: str) -> Note | None:
    """The note that a text carries; None where there is none that can be read."""
    _, mark, rest = text.partition(f"{MARK}:")
    if not mark:
        return None
    try:
        body = json.loads(zlib.decompress(bytes.fromhex("".join(rest.split()))))
        origin = tuple(body["origin"])
        return Note(document=body["spec"], origin=origin or None)
    except (ValueError, KeyError, TypeError, zlib.error):
        return None


def draft_document(
    sequences: Mapping[str, str],
    loci: tuple[Locus, ...],
    coding: frozenset[str],
    circular: Collection[str] = (),
) -> dict[str, Any]:
    """What a file of others says of a spec: contigs and loci, no name and no kill mechanism.

    coding    names of loci that are a reading frame
    circular  names of contigs whose last letter is followed by their first
    """
    return {
        "contigs": [
            {
                "name": name,
                "length": len(letters),
                "sha256": sha256(letters.encode()).hexdigest(),
                **({"circular": True} if name in circular else {}),
            }
            for name, letters in sequences.items()
        ],
        "loci": [
            {
                "name": name,
                "role": "cds" if name in coding else "backbone",
                "contig": contig,
                "first": first,
                "last": last,
                "strand": strand,
                "coding": name in coding,
            }
            for name, contig, first, last, strand in loci
        ],
    }


def named_apart(loci: list[Locus]) -> tuple[Locus, ...]:
    """Loci in the order of their places, each with a name of its own.

    One without a name is called after its place; of equal names the later get a number.
    """
    seen: dict[str, int] = {}
    found = []
    for name, contig, first, last, strand in sorted(
        loci, key=lambda one: (one[1], one[2], one[3], one[0], one[4])
    ):
        label = name or f"{contig}:{first}-{last}"
        seen[label] = seen.get(label, 0) + 1
        if seen[label] > 1:
            label = f"{label} ({seen[label]})"
        found.append((label, contig, first, last, strand))
    return tuple(found)
