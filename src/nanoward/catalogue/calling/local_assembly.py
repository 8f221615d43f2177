"""Gaps of coverage that changes close together leave, closed from the reads that span them.

Where insertions and deletions stand within letters of each other no aligner lays a read across
them: most reads break off, and the few that do not would pass for the sample. Such a gap is
told from the depth, which falls to half, or by what chance does not explain, and rises again
within a read. What stands there is what more than half of the reads hold between the letters
before and behind it. Where they do not say so the gap is unread, and never the reference.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float64, Int64

from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.catalogue.calling.indels import Indel
from nanoward.catalogue.calling.reference_index import AgentIndex, bases_of
from nanoward.catalogue.calling.variant_calls import (
    CONSENSUS,
    DELETED,
    UNREAD,
    BaseCall,
    ReadCalls,
)
from nanoward.maths.genetics.alleles import CROWD, CROWD_SPAN, Edit, edits_of
from nanoward.sequencing.kmer_index import codes_of
from nanoward.sequencing.read_mapping import GOOD
from nanoward.sequencing.spanning_reads import FLANK

FEWEST = 10  # reads beside a gap; below, half of them is no consensus
STEP = 12  # letters within which the depth falls
HALF, PART, CHANCE = 0.5, 0.65, 3.0  # below HALF; or below PART and by CHANCE roots of a count
LONGEST = 64  # letters of the reference within a gap: a read must hold it and both flanks
BESIDE = 2  # letters beside a gap in which another letter is taken into it
ERROR_SPAN = 10  # a read with one other letter in so many has read it wrongly
FEW, MANY = 0.2, 0.9  # shares of what not all reads tell
MOST = 2_000  # gaps that are closed; a relative of the agent has more


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageGap:
    """A stretch over which most reads break off.

    dip          first position and that behind the last, 0-based on the agent's row
    first, last  the same of the dip and of the nearest places that are unread beside it
    flanks       what the sample holds before and behind these; None where a read could not
                 hold them
    """

    dip: tuple[int, int]
    first: int
    last: int
    flanks: tuple[str, str] | None


def coverage_gaps(
    calls: ReadCalls, agent: AgentIndex, left_out: Bool[np.ndarray, " L"] | None = None
) -> tuple[CoverageGap, ...]:
    """Every gap of a sample, by position.

    left_out  positions that are no gap's: letters there were taken out (primers)
    """
    inserted, real = _inserted(calls), agent.real
    gaps: list[CoverageGap] = []
    for first, last in _merged(sorted([*_dips(_depth(calls)), *_contested(calls)])):
        if not real[first:last].all():
            continue
        if gaps and first < gaps[-1].last:  # taken in by the one before
            gaps[-1] = replace(gaps[-1], dip=(gaps[-1].dip[0], last))
            continue
        if left_out is not None and left_out[first - FLANK : last + FLANK].any():
            continue
        gaps.append(_with_flanks(first, last, calls, agent, inserted))
    return tuple(gaps)


def flanks_of(gaps: Iterable[CoverageGap]) -> list[tuple[str, str]]:
    """The flanks of those that can be closed; none where there are too many."""
    told = [one.flanks for one in gaps if one.flanks is not None]
    return told if len(told) <= MOST else []


def with_gaps_closed(
    calls: ReadCalls,
    agent: AgentIndex,
    gaps: Sequence[CoverageGap],
    told: Iterable[Mapping[tuple[int, int], bytes]],
    rules: CallingRules,
) -> ReadCalls:
    """The calls with what spanning reads hold in each gap, unread where they do not agree.

    told  see `SpanningReads`, in the order of `flanks_of`
    """
    votes = iter(told)
    for gap in gaps:
        held = next(votes, {}) if gap.flanks is not None else {}
        calls = _closed(calls, agent, gap, held, rules)
    return calls


def _depth(calls: ReadCalls) -> Int64[np.ndarray, " L"]:
    """Reads that lie across each position: those that leave it out do."""
    depth = calls.depth.astype(np.int64)
    for one in calls.indels:
        if one.size < 0:
            depth[one.at : one.at - one.size] += one.forward + one.backward
    return depth


def _dips(depth: Int64[np.ndarray, " L"]) -> list[tuple[int, int]]:
    """Stretches of less than half of the depth on both sides, with steep sides."""
    if len(depth) <= STEP:
        return []
    before, behind = depth[:-STEP], depth[STEP:]
    breaks = (
        _low(np.arange(depth.max() + 1))[depth] if depth.max() < len(depth) else _low(depth)
    )
    falls = np.flatnonzero((before >= FEWEST) & (behind < breaks[:-STEP]))
    rises = np.flatnonzero((behind >= FEWEST) & (before < breaks[STEP:])) + STEP
    dips: list[tuple[int, int]] = []
    for fall in falls.tolist():
        if dips and fall < dips[-1][1]:
            continue
        near = rises[np.searchsorted(rises, fall + 2) :][: LONGEST + 2 * STEP]
        for rise in near[near <= fall + LONGEST + 2 * STEP].tolist():
            level = np.minimum(depth[fall], depth[rise])
            low = np.flatnonzero(depth[fall:rise] < _low(level)) + fall
            if len(low) and low[-1] + 1 - low[0] <= LONGEST:
                dips.append((int(low[0]), int(low[-1]) + 1))
                break
    return dips


def _contested(calls: ReadCalls) -> list[tuple[int, int]]:
    """Stretches that some reads tell by an indel and others by a crowd of letters.

    An insertion and a deletion of one length close together read so. Letter by letter now the
    ones and now the others may be more, and together they would be neither's.
    """
    some = [one for one in calls.letters if one.frequency >= FEW]
    crowds: list[tuple[int, int]] = []
    for one, other in zip(some, some[CROWD - 1 :], strict=False):
        if other.at - one.at >= CROWD_SPAN:
            continue
        first = crowds.pop()[0] if crowds and one.at < crowds[-1][1] else one.at
        crowds.append((first, other.at + 1))
    told = []
    for first, last in crowds:
        if not any(one.frequency <= MANY for one in some if first <= one.at < last):
            continue
        ends = [
            (one.at, one.at + max(0, -one.size))
            for one in calls.indels
            if FEW / 2 <= one.frequency <= MANY
            and first - CROWD_SPAN <= one.at + max(0, -one.size)
            and one.at < last + CROWD_SPAN
        ]
        if ends:
            told.append((min(first, *(a for a, _ in ends)), max(last, *(b for _, b in ends))))
    return told


def _low(beside: Int64[np.ndarray, " N"] | np.int64) -> Float64[np.ndarray, " N"]:
    """The depth below which most reads break off, beside such depths."""
    by_chance = np.minimum(PART * beside, beside - CHANCE * np.sqrt(beside))
    return np.asarray(np.maximum(HALF * beside, by_chance))


def _merged(dips: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Dips too close for a flank between them as one, where a read could hold it."""
    merged: list[tuple[int, int]] = []
    for first, last in dips:
        if merged and first - merged[-1][1] < FLANK and last - merged[-1][0] <= LONGEST:
            merged[-1] = (merged[-1][0], last)
        else:
            merged.append((first, last))
    return merged


def _inserted(calls: ReadCalls) -> dict[int, str]:
    return {
        one.at: one.inserted
        for one in calls.indels
        if one.size > 0 and one.frequency > CONSENSUS
    }


def _with_flanks(
    first: int, last: int, calls: ReadCalls, agent: AgentIndex, inserted: Mapping[int, str]
) -> CoverageGap:
    """A gap and the sample's own letters beside it, wider where they are unread."""
    dip, left, right = (first, last), "", ""
    while last - first <= LONGEST + STEP:
        first, last = _with_changes_beside(first, last, calls, agent)
        left, unread = _flank(range(first - 1, -1, -1), calls, inserted)
        if unread is not None:
            first = unread
            continue
        right, unread = _flank(range(last, len(agent.codes)), calls, inserted)
        if unread is None:
            break
        last = unread + 1
    sure = len(left) == len(right) == FLANK and last - first <= LONGEST + STEP
    sure = sure and bool((agent.codes[first:last] < UNREAD).all())
    flanks = (left[::-1], right) if sure else None
    return CoverageGap(dip=dip, first=first, last=last, flanks=flanks)


def _with_changes_beside(
    first: int, last: int, calls: ReadCalls, agent: AgentIndex
) -> tuple[int, int]:
    """A gap and the other letters right beside it, which may be a part of what it holds.

    What is inserted beside another letter could be moved past it, as if it were the reference.
    """
    other = calls.consensus != agent.codes
    other &= calls.consensus < UNREAD
    while (near := np.flatnonzero(other[max(0, first - BESIDE) : first])).size:
        first = max(0, first - BESIDE) + int(near[0])
    while (near := np.flatnonzero(other[last : last + BESIDE])).size:
        last += int(near[-1]) + 1
    return first, last


def _flank(
    places: range, calls: ReadCalls, inserted: Mapping[int, str]
) -> tuple[str, int | None]:
    """Letters of the sample from a gap on, in that order; or the position that is unread."""
    letters = ""
    for at in places:
        if letters:
            more = inserted.get(at if places.step > 0 else at + 1, "")
            letters += more[:: places.step]
        code = int(calls.consensus[at])
        if code == UNREAD:
            return "", at
        letters += "" if code == DELETED else "ACGT"[code]
        if len(letters) >= FLANK:
            return letters[:FLANK], None
    return letters, None


def _closed(
    calls: ReadCalls,
    agent: AgentIndex,
    gap: CoverageGap,
    held: Mapping[tuple[int, int], bytes],
    rules: CallingRules,
) -> ReadCalls:
    """The calls with one gap closed, or unread."""
    votes = Counter(held.values())
    letters = max(sorted(votes), key=votes.__getitem__, default=b"")
    strands = [back for (back, _), one in held.items() if _same(one, letters)]
    most, back = len(strands), sum(strands)
    if most < rules.least_depth or most <= CONSENSUS * len(held):
        return _without(calls, *gap.dip, UNREAD)
    own = letters.decode()
    if own == _held_already(calls, gap):
        return calls
    told = _Told(most - back, back, len(held), most / len(held))
    ref = bases_of(agent.codes[gap.first : gap.last])
    calls = _without(calls, gap.first, gap.last, None)
    consensus = calls.consensus.copy()
    consensus[gap.first : gap.last] = agent.codes[gap.first : gap.last]
    trusted, depth = calls.trusted.copy(), calls.depth.copy()
    for counted in (trusted, depth):
        counted[gap.first : gap.last] = np.maximum(counted[gap.first : gap.last], len(held))
    bases, indels = list(calls.letters), list(calls.indels)
    for edit in edits_of(gap.first, ref, own):
        if edit.is_indel:
            consensus[edit.start : edit.stop] = DELETED
            indels.append(_indel(edit, told))
        else:
            consensus[edit.start] = codes_of(edit.letters.encode())[0]
            bases.append(_base(edit, ref[edit.start - gap.first], told))
    return replace(
        calls,
        consensus=consensus,
        trusted=trusted,
        depth=depth,
        letters=tuple(sorted(bases, key=lambda one: (one.at, one.alt))),
        indels=tuple(sorted(indels, key=lambda one: one.at)),
    )


def _same(held: bytes, letters: bytes) -> bool:
    """Whether a read holds these letters, but for one wrong letter in ERROR_SPAN."""
    if held == letters:
        return True
    wrong = sum(a != b for a, b in zip(held, letters, strict=False))
    return len(held) == len(letters) and wrong * ERROR_SPAN <= len(letters)


class _Told(NamedTuple):
    """Reads of either strand that hold the letters of a gap, of how many, and their share."""

    forward: int
    backward: int
    depth: int
    frequency: float


def _held_already(calls: ReadCalls, gap: CoverageGap) -> str | None:
    """What the calls say of a gap; None where they leave a letter unread."""
    inserted = _inserted(calls)
    letters = inserted.get(gap.first, "")
    for at in range(gap.first, gap.last):
        code = int(calls.consensus[at])
        if code == UNREAD:
            return None
        letters += "" if code == DELETED else "ACGT"[code]
        letters += inserted.get(at + 1, "")
    return letters


def _without(calls: ReadCalls, first: int, last: int, code: int | None) -> ReadCalls:
    """The calls without what is told of a gap; minor variants could not be seen there."""
    consensus, limit = calls.consensus.copy(), calls.limit.copy()
    if code is not None:
        consensus[first:last] = code
    limit[first:last] = np.nan
    return replace(
        calls,
        consensus=consensus,
        limit=limit,
        letters=tuple(one for one in calls.letters if not first <= one.at < last),
        strangers=tuple(one for one in calls.strangers if not first <= one.at < last),
        indels=tuple(one for one in calls.indels if not first <= one.at <= last),
    )


def _indel(edit: Edit, told: _Told) -> Indel:
    size = len(edit.letters) - (edit.stop - edit.start)
    return Indel(at=edit.start, size=size, inserted=edit.letters, **told._asdict())


def _base(edit: Edit, ref: str, told: _Told) -> BaseCall:
    """A letter of a gap; its quality is the least that is believed."""
    return BaseCall(
        at=edit.start,
        ref=ref,
        alt=edit.letters,
        quality=float(GOOD),
        linked=0.0,
        **told._asdict(),
    )
