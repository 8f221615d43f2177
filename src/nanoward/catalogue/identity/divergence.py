"""How far from the agent may a relative be, and what is it then called?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, UInt8

from nanoward.maths.genetics.sequences import masks_of

MARK_HELD = 0.9  # share of a mark's designed letters from which it is held
MARK_READ = 0.9  # share of them that must be readable to say so
MARK_AROUND = 0.8  # share of the letters around them that must agree


@dataclass(frozen=True, slots=True, kw_only=True)
class DivergenceLimits:
    """Shares of differing letters from which a sample is derived, and from which wild."""

    derived: float
    wild: float


POLIO_VP1: Mapping[str, DivergenceLimits] = {
    # Derived: more than 1 % of VP1 (types 1 and 3) or 0.6 % (type 2), that is 10 or 6 letters
    # (BMC Infect Dis 2016, doi 10.1186/s12879-016-1587-y). Wild: of another genotype than the
    # vaccine; polioviruses of one genotype are at most 15 % apart (Rico-Hesse et al. 1987
    # Virology 160:311; J Gen Virol 1995 76:1687 tells wild ones of 13 to 15 %). No sharp limit:
    # after 12 years in one person the vaccine was 12.5 to 15.6 % away (Hovi et al. 2013 PLoS
    # ONE 8:e66836).
    "PV1": DivergenceLimits(derived=10 / 906, wild=0.15),
    "PV2": DivergenceLimits(derived=6 / 903, wild=0.15),
    "PV3": DivergenceLimits(derived=10 / 900, wild=0.15),
}
POLIO_MARKS: Mapping[str, str] = {
    # nOPV2 was built so that it reverts less (Yeh et al. 2020 Cell Host Microbe 27:736):
    # GenBank MZ245455, counted along Sabin 2, capitals where it differs from it. Its capsid's
    # three letters stay where the virus has taken the rest of its genome from another.
    "nOPV2 domain V, 461 to 544": (
        "cggctaatTctaaccaTTgaGcaggcAgCTgcAaCccagCAGcCAgcCtgtcgtaacgcgcaagtcAAtggcgAaaccgactac"
    ),
    "nOPV2 silent cre, 4435 to 4502": (
        "gagcataccataaataattaTgtCcaAttTaaATCcaagcaccgtatCgagccagtatgtttgttagt"
    ),
    "nOPV2 capsid, 741 to 1326": (
        "tactacaatgggAgcTcaagtttcatcacagaaagttggagcccacgaaaattcaaacagagcctatggcgg"
        "gtccaccatcaattacactacaatcaattactatagggactctgcaagcaatgcagcaagcaagcaagattt"
        "tgcacaagatccgtccaagttcaccgaacccattaaggacgtccttattaagaccgctcccatgctaaactc"
        "cccaaacattgaggcgtgtggttatagtgacagggtaatgcagctaactctgggcaattcaacgatcaccac"
        "ccaagaagcggccaattctgttgttgcctacggtagatggcctgaatacatcagagataccgaggcaaatcc"
        "tgtagaccaaccaaccgagcccgatgtagccgcgtgcaggttctacacattagataccgtcacttggcgcaa"
        "ggagtccagagggtggtggtggaaactaccagacgctttaaaagacatggggttatttggtcaaaacatgtt"
        "ttatcactatcttgggagggctggctacacagtgcacgtacagtgcaatgcttcaaagtttcatcaaggTgc"
        "tctaggggtg"
    ),
}


def divergence_class(
    differing: int, compared: int, limits: DivergenceLimits, mark: str | None = None
) -> str | None:
    """ "agent-like", "derived", "wild" or "engineered"; None where nothing could be compared.

    mark  a designer's mark that the sequence holds: it is engineered, however near it is
    """
    if mark is not None:
        return "engineered"
    if not compared:
        return None
    share = differing / compared
    if share >= limits.wild:
        return "wild"
    return "derived" if share >= limits.derived * (1 - 1e-9) else "agent-like"


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignMarker:
    """A piece that a designer made: what surrounds its letters places it on a sequence.

    letters   (M,) allele masks
    designed  (M,) letters that nature does not hold together
    """

    letters: UInt8[np.ndarray, " M"]
    designed: Bool[np.ndarray, " M"]


def design_marker(text: str) -> DesignMarker:
    """A mark from its text: capitals are designed, small letters place it; all, if all are."""
    letters = np.frombuffer(text.encode("latin-1", "replace"), np.uint8)
    return DesignMarker(
        letters=masks_of(text), designed=(letters >= ord("A")) & (letters <= ord("Z"))
    )


def marker_identity(query: UInt8[np.ndarray, " Q"], mark: DesignMarker) -> float | None:
    """Share of the designed letters that a sequence holds where the mark lies on it best.

    returns  None where the mark has no place: fewer than nine in ten of its designed letters
             or half of it are readable there, or less than 80 % of its other letters agree
    """
    size = len(mark.letters)
    if len(query) < size or not mark.designed.any():
        return None
    windows = np.lib.stride_tricks.sliding_window_view(query, size)
    alike = np.zeros(len(windows), np.int32)
    for at in range(size):
        alike += (windows[:, at] & mark.letters[at]) > 0
    best = windows[int(alike.argmax())]
    readable, same = best > 0, (best & mark.letters) > 0
    around = readable & ~mark.designed
    asked = readable & mark.designed
    if asked.sum() < MARK_READ * mark.designed.sum() or 2 * readable.sum() < size:
        return None
    if around.any() and same[around].mean() < MARK_AROUND:
        return None
    return float(same[asked].mean())


def held_marker(
    query: UInt8[np.ndarray, " Q"], marks: Mapping[str, DesignMarker]
) -> str | None:
    """The first mark, in the order of names, whose designed letters the query holds."""
    for name, mark in sorted(marks.items()):
        share = marker_identity(query, mark)
        if share is not None and share >= MARK_HELD:
            return name
    return None
