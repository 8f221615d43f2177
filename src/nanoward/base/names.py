"""One identity for what has a name: NFC, trimmed, exact otherwise; and names that are near."""

import unicodedata
from collections.abc import Iterable

from nanoward.base.errors import UsageError

NEAR = 3  # names told at most


class NoNameError(UsageError):
    """A person was named by nothing but blanks."""

    code = "USE-096"
    next_step = "Name the participant."


def participant_id(text: str) -> str:
    """The identity that a name stands for; NoNameError where nothing is left of it.

    Unicode's composed form (NFC, UAX 15) without white space around it: the forms that look
    the same and differ in bytes are one person. Nothing else is made equal: "p001" is not
    "P001".
    """
    found = identity_of(text)
    if not found:
        raise NoNameError(f"{text!r} names nobody")
    return found


def identity_of(text: str) -> str:
    """As `participant_id`; empty for a name of blanks."""
    return composed(text).strip()


def composed(text: str) -> str:
    """Text in Unicode's composed form; every text that is read goes through it once."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def near_names(name: str, known: Iterable[str], *, most: int = NEAR) -> tuple[str, ...]:
    """Known names that somebody may have meant, the nearest first.

    Near: alike without case, punctuation, marks, width and leading zeros; or one letter more,
    fewer, other, or two neighbours exchanged (Damerau 1964: four in five misspellings).
    """
    wanted = _bare(name)
    found = []
    for one in known:
        bare = _bare(one)
        if bare == wanted:
            found.append((0, one))
        elif abs(len(bare) - len(wanted)) <= 1 and _is_one_slip(bare, wanted):
            found.append((1, one))
    return tuple(one for _, one in sorted(found)[:most])


def meant(near: Iterable[str]) -> str:
    """The end of a sentence that names whom or what may be meant; empty where nothing is."""
    names = ", ".join(repr(one) for one in near)
    return f"; is {names} meant?" if names else ""


def _bare(name: str) -> str:
    letters = (one for one in unicodedata.normalize("NFKD", name).casefold() if one.isalnum())
    words, digits = [], ""
    for one in letters:
        if one.isdecimal():
            digits += one
            continue
        words.append(digits.lstrip("0") + one)
        digits = ""
    return "".join(words) + (digits.lstrip("0") or digits[:1])


def _is_one_slip(a: str, b: str) -> bool:
    """Whether one letter was added, left out or changed, or two neighbours changed places."""
    at = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), None)
    if at is None:
        return abs(len(a) - len(b)) == 1
    if len(a) == len(b):
        swapped = a[at : at + 2] == b[at : at + 2][::-1]
        return a[at + 1 :] == b[at + 1 :] or (swapped and a[at + 2 :] == b[at + 2 :])
    long, short = (a, b) if len(a) > len(b) else (b, a)
    return long[at + 1 :] == short[at:]
