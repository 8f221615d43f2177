"""Which messages of another site are here, said shortly: ranges of numbers, each with a hash.

A range's hash covers the identifiers in it, so that a receipt counts only for the very
messages that were received: a site that was restored from a copy gives its old numbers to
other messages, and a bare "1 to 40" would receipt what never arrived.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

BLOCK = 64  # numbers that one hash covers at most; what does not fit is sent once more
HASH = 16  # hexadecimal digits


def seen_ranges(
    held: Mapping[int, str], kept: dict[int, str] | None = None, *, written: int | None = None
) -> tuple[str, ...]:
    """Ranges "first-last:hash" of the numbers held, each within one block of BLOCK numbers.

    held     number to identifier
    written  numbers that the other side says to have written; what it does not speak of any
             more stands in ranges of its own, so that it spoils no receipt
    kept     hashes of whole blocks that do not change any more, filled as they are computed;
             to be cleared where a number was given to another message
    """
    found: list[str] = []
    for block in [one for one in kept or () if written is not None and
                  (one + 1) * BLOCK > written]:  # fmt: skip
        del (kept or {})[block]
    whole = 0
    while kept is not None and whole in kept:
        found.append(kept[whole])
        whole += 1
    numbers = sorted(n for n in held if n > whole * BLOCK) if whole else sorted(held)
    run: list[int] = []
    for number in numbers:
        begins = number != run[-1] + 1 if run else False
        if run and (begins or (number - 1) % BLOCK == 0 or run[-1] == written):
            found.append(_told(run, held))
            _keep(run, found[-1], kept)
            run = []
        run.append(number)
    if run:
        found.append(_told(run, held))
        _keep(run, found[-1], kept)
    return tuple(found)


def _keep(run: Sequence[int], told: str, kept: dict[int, str] | None) -> None:
    block = (run[0] - 1) // BLOCK
    if kept is not None and len(run) == BLOCK and block == len(kept):
        kept[block] = told


def _told(run: Sequence[int], held: Mapping[int, str]) -> str:
    return f"{run[0]}-{run[-1]}:{range_hash(held[n] for n in run)}"


def range_hash(names: Iterable[str]) -> str:
    """Of the identifiers of a range, in order."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:HASH]


def receipted(seen: Iterable[str], sent: Sequence[str]) -> frozenset[int]:
    """Numbers of `sent` that the other side certainly holds; what cannot be read counts not.

    sent  identifiers; number 1 is the first
    """
    found: set[int] = set()
    for one in seen:
        span, _, digest = one.partition(":")
        first, _, last = span.partition("-")
        if not (first.isdecimal() and last.isdecimal()):
            continue
        low, high = int(first), int(last)
        if 1 <= low <= high <= len(sent) and range_hash(sent[low - 1 : high]) == digest:
            found.update(range(low, high + 1))
    return frozenset(found)


def highest(seen: Iterable[str]) -> int:
    """The highest number that ranges speak of, believed or not."""
    lasts = [one.partition(":")[0].partition("-")[2] for one in seen]
    return max((int(one) for one in lasts if one.isdecimal()), default=0)
