"""Sequences as bit masks of alleles: IUPAC letters to numbers and back.

Bit 1 A, 2 C, 4 G, 8 T, 16 deleted. 0 is unreadable: N says nothing, and so does a blank.
"""

import numpy as np
from jaxtyping import Bool, Float, UInt8

ALLELES = "ACGT-"
LETTERS = {
    "A": 1, "C": 2, "G": 4, "T": 8, "U": 8, "-": 16,
    "R": 5, "Y": 10, "S": 6, "W": 9, "K": 12, "M": 3, "B": 14, "D": 13, "H": 11, "V": 7,
}  # fmt: skip
_TO_MASK = np.zeros(256, np.uint8)
for _letter, _mask in LETTERS.items():
    _TO_MASK[ord(_letter)] = _TO_MASK[ord(_letter.lower())] = _mask
_MASK_BYTES = _TO_MASK.tobytes()
_TO_LETTER = np.full(32, ord("N"), np.uint8)
for _letter, _mask in LETTERS.items():
    if _letter != "U":
        _TO_LETTER[_mask] = ord(_letter)
_BITS = ((np.arange(32)[:, None] >> np.arange(5)) & 1).astype(float)  # (32, 5)
_COUNT = _BITS.sum(axis=1)
_PLAIN = _COUNT == 1
_SHARES = np.divide(_BITS, _COUNT[:, None], out=np.zeros_like(_BITS), where=_COUNT[:, None] > 0)


def masks_of(text: str | bytes) -> UInt8[np.ndarray, " L"]:
    """IUPAC letters as bit masks; N, gaps of knowledge and unknown letters are 0."""
    letters = text.encode("latin-1", "replace") if isinstance(text, str) else text
    return np.frombuffer(bytearray(letters.translate(_MASK_BYTES)), np.uint8)  # to be written


def text_of(masks: UInt8[np.ndarray, " L"]) -> str:
    """Bit masks as IUPAC letters; a mask that mixes a base with a deletion reads N."""
    letters: bytes = _TO_LETTER[masks].tobytes()
    return letters.decode("ascii")


def shares_of(masks: UInt8[np.ndarray, " *shape"]) -> Float[np.ndarray, "*shape 5"]:
    """Share of each allele A, C, G, T, deleted: equal among the letters of a code; 0 if N."""
    shares: Float[np.ndarray, "*shape 5"] = _SHARES[masks]
    return shares


def is_plain(masks: UInt8[np.ndarray, " *shape"]) -> Bool[np.ndarray, " *shape"]:
    """Whether exactly one allele is named."""
    plain: Bool[np.ndarray, " *shape"] = _PLAIN[masks]
    return plain


def agree(
    a: UInt8[np.ndarray, " *shape"], b: UInt8[np.ndarray, " *shape"]
) -> Bool[np.ndarray, " *shape"]:
    """Whether two positions can hold the same allele; unreadable contradicts nothing."""
    together: Bool[np.ndarray, " *shape"] = ((a & b) > 0) | (a == 0) | (b == 0)
    return together
