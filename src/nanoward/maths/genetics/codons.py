"""The genetic code, and how many of a codon's sites are synonymous."""

from collections.abc import Mapping
from functools import cache

import numpy as np

BASES = "TCAG"
# NCBI translation tables 1 and 11 (they differ in start codons alone), codons in BASES order
_ACIDS = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
CODE: Mapping[str, str] = {
    a + b + c: _ACIDS[16 * i + 4 * j + k]
    for i, a in enumerate(BASES)
    for j, b in enumerate(BASES)
    for k, c in enumerate(BASES)
}
STOP = "*"
RARER = 1e-7  # by which chances that are the same may differ by rounding
_OTHER = str.maketrans("ACGT", "TGCA")


def opposite(letters: str) -> str:
    """The other strand, read in its own direction; upper-case A, C, G, T."""
    return letters.translate(_OTHER)[::-1]


@cache
def synonymous_sites(codon: str) -> float:
    """Synonymous sites of a codon, 0 to 3 (Nei & Gojobori 1986 Mol Biol Evol 3:418).

    Of each position the share of its three changes that keep the amino acid; a change to a
    stop keeps none. The other 3 - s sites are non-synonymous. NaN for what is no codon.
    """
    if codon not in CODE:
        return float("nan")
    kept = 0
    for place in range(3):
        for base in BASES:
            other = codon[:place] + base + codon[place + 1 :]
            kept += base != codon[place] and CODE[other] == CODE[codon]
    return kept / 3


def frame_sites(letters: str) -> tuple[float, float]:
    """(non-synonymous, synonymous) sites of a reading frame without its stop codon."""
    codons = [letters[at : at + 3] for at in range(0, len(letters) - 2, 3)]
    told = [one for one in codons if one in CODE and CODE[one] != STOP]
    synonymous = float(sum(synonymous_sites(one) for one in told))
    return 3 * len(told) - synonymous, synonymous


def change_effect(codon: str, place: int, base: str) -> str | None:
    """What a change at place 0 to 2 does: synonymous, missense or stop; None if unknown."""
    other = codon[:place] + base + codon[place + 1 :]
    if codon not in CODE or other not in CODE or codon == other:
        return None
    if CODE[codon] == CODE[other]:
        return "synonymous"
    return "stop" if CODE[other] == STOP else "missense"


def ratio_interval(
    changed: int, kept: int, sites: tuple[float, float], level: float = 0.95
) -> tuple[float | None, float, float | None]:
    """(dN/dS, low, high): exact limits of a ratio of two Poisson rates.

    changed  events at sites[0] sites; kept: events at sites[1] sites
    Given their sum, `changed` is binomial with odds ratio x sites[0] / sites[1]; the limits
    are Clopper & Pearson's (1934 Biometrika 26:404). None stands for infinity.
    """
    from scipy.special import betaincinv

    scale = sites[1] / sites[0]
    tail = (1 - level) / 2
    low = float(betaincinv(changed, kept + 1, tail)) if changed else 0.0
    high = float(betaincinv(changed + 1, kept, 1 - tail)) if kept else 1.0
    ratio = changed / kept * scale if kept else None
    upper = high / (1 - high) * scale if high < 1 else None
    return ratio, low / (1 - low) * scale, upper


def ratio_p_value(changed: int, kept: int, sites: tuple[float, float]) -> float:
    """Two-sided p of a ratio of 1: outcomes at most as likely as the one seen (exact).

    The binomial test of scipy.stats, which takes longer to load than all else here to compute.
    """
    from scipy.special import bdtr, bdtrc, gammaln, xlog1py, xlogy

    total, share = changed + kept, sites[0] / float(np.sum(sites))
    if not total or changed == share * total:
        return 1.0
    outcomes = np.arange(total + 1)
    ways = gammaln(total + 1) - gammaln(outcomes + 1) - gammaln(total - outcomes + 1)
    chance = np.exp(ways + xlogy(outcomes, share) + xlog1py(total - outcomes, -share))
    rarer = chance <= chance[changed] * (1 + RARER)
    if changed < share * total:
        far = int(rarer[int(np.ceil(share * total)) :].sum())  # at the upper end
        p = bdtr(changed, total, share) + (bdtrc(total - far, total, share) if far else 0.0)
    else:
        far = int(rarer[: int(np.floor(share * total)) + 1].sum())
        p = (bdtr(far - 1, total, share) if far else 0.0) + bdtrc(changed - 1, total, share)
    return min(1.0, float(p))
