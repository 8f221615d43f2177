"""Alleles in one form: trimmed, split letter by letter, indels aligned to the left.

The same change can be written in many ways (Tan et al. 2015 Bioinformatics 31:2202). Here a
substitution is one letter for one, and an indel one run of letters at the leftmost place that
gives the same sequence. What differs close to an indel is aligned anew, so that the answer
depends on the two sequences alone and not on how their difference was written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import UInt8

from nanoward.maths.genetics.global_alignment import MOST_CELLS, alignment_steps
from nanoward.maths.genetics.sequences import agree, masks_of, text_of

NEAR = 20  # letters: differences this close to an indel are aligned together with it
DELETED = 16
# letters that differ so close together that an insertion and a deletion may explain them
# better: below four no pair of gaps ever pays (scores of global_alignment)
CROWD, CROWD_SPAN = 4, 16
GAPS_BETTER = 10  # score that an insertion and a deletion must gain over other letters alone
ROUNDS = 4  # of aligning anew; one changes what lies in the windows of the next


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Edit:
    """Letters [start, stop) of the reference, 0-based, replaced by others.

    A substitution has one letter on both sides, a deletion none on the new one, an insertion
    start == stop: its letters stand before position `start`.
    """

    start: int
    stop: int
    letters: str

    @property
    def is_indel(self) -> bool:
        return self.stop - self.start != len(self.letters)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceAlignment:
    """A sample's letters on a reference of L positions.

    masks       (L,) alleles at each position, 0 unreadable, 16 deleted
    insertions  Edits with start == stop, rising, no two at one place
    """

    masks: UInt8[np.ndarray, " L"]
    insertions: tuple[Edit, ...] = ()


def edits_of(start: int, ref: str, alt: str) -> tuple[Edit, ...]:
    """One allele as edits, rising: shared ends cut off, several letters split.

    start     0-based position of ref's first letter
    ref, alt  what stands there, and what stands there instead; upper case, either may be ""
    """
    end = _shared_end(ref, alt)
    ref, alt = ref[: len(ref) - end], alt[: len(alt) - end]
    begin = _shared_start(ref, alt)
    ref, alt, start = ref[begin:], alt[begin:], start + begin
    if len(ref) == len(alt):
        return tuple(
            Edit(start=start + at, stop=start + at + 1, letters=new)
            for at, (old, new) in enumerate(zip(ref, alt, strict=True))
            if old != new
        )
    if not ref or not alt or len(ref) * len(alt) > MOST_CELLS:
        return (Edit(start=start, stop=start + len(ref), letters=alt),)
    return tuple(_aligned(start, ref, alt))


def left_aligned(edit: Edit, reference: str, floor: int = 0) -> Edit:
    """An indel at the leftmost place, from `floor` on, that gives the same sequence."""
    start, stop, letters = edit.start, edit.stop, edit.letters
    if not edit.is_indel or (letters and start != stop):
        return edit
    while start > floor:
        before = reference[start - 1].upper()
        if before != (letters[-1] if letters else reference[stop - 1].upper()):
            break
        start, stop = start - 1, stop - 1
        letters = before + letters[:-1] if letters else ""
    return Edit(start=start, stop=stop, letters=letters)


def vcf_allele(edit: Edit, reference: str) -> tuple[int, str, str]:
    """0-based position, REF and ALT as VCF writes them: an indel with the letter before it."""
    old = reference[edit.start : edit.stop].upper()
    if not edit.is_indel:
        return edit.start, old, edit.letters
    if edit.start > 0:
        anchor = reference[edit.start - 1].upper()
        return edit.start - 1, anchor + old, anchor + edit.letters
    anchor = reference[edit.stop : edit.stop + 1].upper()
    return edit.start, old + anchor, (edit.letters + anchor) or "-"


def touches(change: tuple[int, str, str], first: int, last: int, reference: str = "") -> bool:
    """Whether a change lies in a stretch, or inserts letters right before or behind it.

    change       1-based position, REF and ALT as VCF writes them
    first, last  1-based, both within
    reference    the contig, upper case: an indel that stands before the stretch may as well
                 stand in it, where the letters between are the same
    """
    position, ref, alt = change
    if len(ref) == 1 and len(alt) == 1 and alt.isalpha():
        return ref != alt and first <= position <= last
    for edit in _edits_of_row(*change):
        inserted = edit.start == edit.stop
        reach = _right_reach(edit, reference) if inserted or not edit.letters else 0
        low, high = edit.start, edit.stop + reach  # 0-based, behind the last
        if inserted and first - 1 <= high and low <= last:
            return True
        if not inserted and first - 1 < high and low < last:
            return True
    return False


def _edits_of_row(position: int, ref: str, alt: str) -> tuple[Edit, ...]:
    """The edits of a row of a table of variants, which may write +LETTERS, -LETTERS and -."""
    start = position - 1
    if alt == "-":
        return (Edit(start=start, stop=start + max(len(ref), 1), letters=""),)
    if alt.startswith("+"):
        return (Edit(start=position, stop=position, letters=alt[1:]),)
    if alt.startswith("-"):
        return (Edit(start=position, stop=position + len(alt) - 1, letters=""),)
    if not ref:
        return (Edit(start=start, stop=start + 1, letters=alt),)
    return edits_of(start, ref, alt)


def _right_reach(edit: Edit, reference: str) -> int:
    """By how many letters an indel could be moved to the right and give the same sequence."""
    moved, letters, at = 0, edit.letters, edit.stop
    while at < len(reference):
        leaving = letters[moved % len(letters)] if letters else reference[edit.start + moved]
        if leaving != reference[at]:
            break
        moved, at = moved + 1, at + 1
    return moved


def canonical_alignment(aligned: ReferenceAlignment, reference: str) -> ReferenceAlignment:
    """Every indel at its leftmost place, and what is close to indels aligned anew.

    So are letters that differ in a crowd: an insertion and a deletion of equal length close to
    each other can be written as one run of other letters.
    """
    known = masks_of(reference)
    for _ in range(ROUNDS):
        indels, crowds = indels_of(aligned), _crowds(aligned.masks, known)
        if not indels and not crowds:
            return aligned
        before = aligned
        masks = aligned.masks.copy()
        inserted = {one.start: one.letters for one in aligned.insertions}
        moved = _moved(indels, masks, inserted, known, reference)
        _realign_groups(_groups([*moved, *crowds]), masks, inserted, known)
        _moved(indels_of(_alignment(masks, inserted)), masks, inserted, known, reference)
        aligned = _alignment(masks, inserted)
        if aligned.insertions == before.insertions and (masks == before.masks).all():
            break
    return aligned


def _crowds(masks: UInt8[np.ndarray, " L"], known: UInt8[np.ndarray, " L"]) -> list[Edit]:
    """Stretches of letters that differ close together, for what they span alone."""
    wrong = np.flatnonzero(~agree(masks, known) & (masks != DELETED))
    if len(wrong) < CROWD:
        return []
    first = np.flatnonzero(wrong[CROWD - 1 :] - wrong[: 1 - CROWD] < CROWD_SPAN)
    return [
        Edit(start=int(wrong[at]), stop=int(wrong[at + CROWD - 1]) + 1, letters="")
        for at in first.tolist()
    ]


def _realign_groups(
    groups: Sequence[Sequence[Edit]],
    masks: UInt8[np.ndarray, " L"],
    inserted: dict[int, str],
    known: UInt8[np.ndarray, " L"],
) -> None:
    floor = 0
    for group in groups:
        low = max(floor, group[0].start - NEAR)
        high = min(len(known), max(one.stop for one in group) + NEAR)
        _realign(low, high, len(group), masks, inserted, known)
        floor = high


def indels_of(aligned: ReferenceAlignment) -> list[Edit]:
    """Runs of deleted positions, and insertions, rising."""
    gone = np.concatenate([[False], aligned.masks == DELETED, [False]])
    turns = np.flatnonzero(gone[1:] != gone[:-1]).tolist()
    runs = [
        Edit(start=first, stop=last, letters="")
        for first, last in zip(turns[::2], turns[1::2], strict=True)
    ]
    return sorted([*runs, *aligned.insertions])


def _alignment(masks: UInt8[np.ndarray, " L"], inserted: dict[int, str]) -> ReferenceAlignment:
    told = tuple(
        Edit(start=at, stop=at, letters=letters) for at, letters in sorted(inserted.items())
    )
    return ReferenceAlignment(masks=masks, insertions=told)


def _moved(
    indels: Sequence[Edit],
    masks: UInt8[np.ndarray, " L"],
    inserted: dict[int, str],
    known: UInt8[np.ndarray, " L"],
    reference: str,
) -> list[Edit]:
    """Indels moved to the left, as far as the sample reads like the reference there."""
    moved: list[Edit] = []
    last = 0
    for one in indels:
        floor = one.start
        now = one
        while floor > last and masks[floor - 1] == known[floor - 1]:
            floor = max(last, floor - NEAR)
            alike = masks[floor : now.start] == known[floor : now.start]
            if not alike.all():
                floor = now.start - int(alike[::-1].argmin())
            now = left_aligned(now, reference, floor)
            if now.start > floor:
                break
        if now.letters and now.start in inserted:
            now = one
        _move(one, now, masks, inserted, known)
        moved.append(now)
        last = now.stop
    return moved


def _move(
    one: Edit,
    now: Edit,
    masks: UInt8[np.ndarray, " L"],
    inserted: dict[int, str],
    known: UInt8[np.ndarray, " L"],
) -> None:
    if now.letters:
        del inserted[one.start]
        inserted[now.start] = now.letters
    else:
        masks[one.start : one.stop] = known[one.start : one.stop]
        masks[now.start : now.stop] = DELETED


def _groups(indels: Sequence[Edit]) -> list[list[Edit]]:
    groups: list[list[Edit]] = []
    end = 0
    for one in sorted(indels):
        if groups and one.start - end <= 2 * NEAR:
            groups[-1].append(one)
        else:
            groups.append([one])
            end = one.stop
        end = max(end, one.stop)
    return groups


def _realign(
    low: int,
    high: int,
    count: int,
    masks: UInt8[np.ndarray, " L"],
    inserted: dict[int, str],
    known: UInt8[np.ndarray, " L"],
) -> None:
    """Align the sample's letters of a stretch anew where more than one plain indel differs."""
    own = masks[low:high]
    differs = (own != known[low:high]) & (own != DELETED)
    if count == 1 and not differs.any():
        return
    parts = [
        inserted.get(at, "") + ("" if masks[at] == DELETED else text_of(masks[at : at + 1]))
        for at in range(low, high)
    ]
    query, target = "".join(parts), text_of(known[low:high])
    if len(query) * len(target) > MOST_CELLS:
        return
    fresh = masks_of(target)
    added: dict[int, str] = {}
    end = _shared_end(target, query)
    begin = _shared_start(target[: len(target) - end], query[: len(query) - end])
    old, new = target[begin : len(target) - end], query[begin : len(query) - end]
    for one in _aligned(begin, old, new, GAPS_BETTER):
        if one.start == one.stop:
            added[low + one.start] = added.get(low + one.start, "") + one.letters
        elif one.letters:
            fresh[one.start : one.stop] = masks_of(one.letters)
        else:
            fresh[one.start : one.stop] = DELETED
    masks[low:high] = fresh
    for at in [at for at in inserted if low <= at < high]:
        del inserted[at]
    inserted.update(added)


def _aligned(start: int, ref: str, alt: str, margin: int = 0) -> list[Edit]:
    """Edits of the best alignment end to end, its gaps as far left as they go."""
    steps = alignment_steps(ref, alt, margin)
    edits: list[Edit] = []
    i = j = 0
    for step in steps:
        if step == "M":
            if ref[i] != alt[j]:
                at = start + i
                edits.append(Edit(start=at, stop=at + 1, letters=alt[j]))
            i, j = i + 1, j + 1
        elif step == "D":
            at = start + i
            last = edits[-1] if edits else None
            if last and last.stop == at and not last.letters:
                edits[-1] = replace(last, stop=at + 1)
            else:
                edits.append(Edit(start=at, stop=at + 1, letters=""))
            i += 1
        else:
            at = start + i
            last = edits[-1] if edits else None
            if last and last.start == last.stop == at:
                edits[-1] = replace(last, letters=last.letters + alt[j])
            else:
                edits.append(Edit(start=at, stop=at, letters=alt[j]))
            j += 1
    return edits


def _shared_start(a: str, b: str) -> int:
    count = 0
    while count < min(len(a), len(b)) and a[count] == b[count]:
        count += 1
    return count


def _shared_end(a: str, b: str) -> int:
    return _shared_start(a[::-1], b[::-1])
