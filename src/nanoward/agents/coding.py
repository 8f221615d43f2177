"""Reading frames and letters of a locus."""

from collections.abc import Iterator

from nanoward.agents.spec import Locus

STARTS = ("ATG", "GTG", "TTG")  # bacterial code, NCBI table 11; ATG alone in human viruses
STOPS = ("TAA", "TAG", "TGA")
KNOWN = ("kill", "safety")
_OTHER = str.maketrans("ACGTRYSWKMBDHVN", "TGCAYRSWMKVHDBN")


def coding_faults(locus: Locus, letters: str) -> Iterator[tuple[str, str, str]]:
    """Faults of a locus' letters (upper case, forward strand)."""
    doubtful = sorted(set(letters) - set("ACGT"))
    if doubtful and (locus.role in KNOWN or locus.coding):
        told = f"locus {locus.name} holds {', '.join(doubtful)}"
        yield "AGT-117", told, locus.name
        return
    if not locus.coding:
        return
    if len(letters) % 3:
        told = f"reading frame {locus.name} has {len(letters)} letters"
        yield "AGT-127", told, locus.name
        return
    codons = codons_of(letters, locus.strand)
    inner = [at for at, codon in enumerate(codons[:-1], 1) if codon in STOPS]
    if inner:
        yield "AGT-128", f"reading frame {locus.name} stops at codon {inner[0]}", locus.name
    if codons[0] not in STARTS:
        yield "AGT-129", f"reading frame {locus.name} begins with {codons[0]}", locus.name
    if codons[-1] not in STOPS:
        yield "AGT-130", f"reading frame {locus.name} ends with {codons[-1]}", locus.name


def codons_of(letters: str, strand: str) -> list[str]:
    """Codons in reading order."""
    read = letters if strand != "-" else reverse_complement(letters)
    return [read[at : at + 3] for at in range(0, len(read), 3)]


def reverse_complement(letters: str) -> str:
    """The other strand, read in its own direction; upper-case IUPAC letters."""
    return letters.translate(_OTHER)[::-1]
