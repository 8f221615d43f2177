"""Agent specs as GenBank (Biopython) and SBOL3 (sbol3): the extra `nanoward[designs]`.

Sequences and loci are written as these formats know them. The whole spec goes along as a note
(GenBank: a comment; SBOL3: a description), and so does the file that the design came from:
back in its own format an unchanged design is that file again, to the letter.
"""

from dataclasses import replace
from pathlib import Path

from nanoward.adapters.formats.designs import genbank, sbol
from nanoward.adapters.formats.designs.design_annotations import (
    ENCODING,
    NoDesignError,
    feature_finding,
)
from nanoward.base.errors import OutsideError
from nanoward.base.names import composed
from nanoward.ports.designs import Design

__all__ = ["DesignFiles", "NoDesignError", "NoDesignLibraryError"]


class NoDesignLibraryError(OutsideError):
    """The libraries for designs are not installed."""

    code = "AGT-004"
    next_step = "Install them: pip install 'nanoward[designs]'"


class DesignFiles:
    """GenBank and SBOL3 by the end of the name."""

    def read(self, path: str, content: bytes) -> Design:
        text, guessed = _text(path, content)
        try:
            design = _read(path, composed(text))
        except ImportError as fault:
            raise NoDesignLibraryError(str(fault)) from fault
        if guessed:
            told = "the file is no UTF-8: it is read as windows-1252"
            more = feature_finding(ENCODING, told, path)
            design = replace(design, findings=(more, *design.findings))
        if not design.sequences or not all(design.sequences.values()):
            why = "".join(f" ({one.message})" for one in design.findings[:1])
            raise NoDesignError(f"it holds no letters of a sequence{why}", file=path)
        return design

    def write(self, path: str, design: Design) -> bytes:
        ending = _ending(path)
        try:
            if design.origin is not None and _same_format(design.origin[0], ending):
                original = _read("", design.origin[1], design.origin[0])
                if _alike(original, design):
                    return design.origin[1].encode()
            if ending in genbank.ENDS:
                return genbank.genbank_text(design).encode()
            return sbol.sbol_text(design, ending).encode()
        except ImportError as fault:
            raise NoDesignLibraryError(str(fault)) from fault


def _text(path: str, content: bytes) -> tuple[str, bool]:
    """The text, and whether its encoding had to be guessed; NoDesignError for what is none."""
    try:
        return content.decode("utf-8-sig"), False
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("windows-1252")
    except UnicodeDecodeError as fault:
        raise NoDesignError(f"it is no text ({fault})", file=path) from fault
    if "\x00" in text:
        raise NoDesignError("it is no text (it holds the character NUL)", file=path)
    return text, True


def _read(path: str, text: str, ending: str = "") -> Design:
    end = ending or _ending(path)
    if end in genbank.ENDS:
        return genbank.read_genbank(path, text)
    return sbol.read_sbol(path, text, end)


def _ending(path: str) -> str:
    end = Path(path).suffix.lower()
    if end in genbank.ENDS or end in sbol.KINDS:
        return end
    known = ", ".join((*genbank.ENDS, *sbol.KINDS))
    raise NoDesignError(f"nobody knows files called *{end}; known are {known}", file=path)


def _same_format(one: str, other: str) -> bool:
    if one in genbank.ENDS:
        return other in genbank.ENDS
    return sbol.KINDS.get(one) == sbol.KINDS.get(other)


def _alike(one: Design, other: Design) -> bool:
    """Whether two designs say the same; the files that they came from do not count."""
    return (
        dict(one.sequences) == dict(other.sequences)
        and sorted(one.loci) == sorted(other.loci)
        and dict(one.document) == dict(other.document)
    )
