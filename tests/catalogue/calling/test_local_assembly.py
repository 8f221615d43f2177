from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.catalogue.calling.indels import Indel
from nanoward.catalogue.calling.local_assembly import (
    MOST,
    CoverageGap,
    coverage_gaps,
    flanks_of,
    with_gaps_closed,
)
from nanoward.catalogue.calling.reference_index import agent_index
from nanoward.catalogue.calling.variant_calls import BaseCall, ReadCalls
from nanoward.testing.reads import random_genome

LETTERS = {"a": random_genome(400, 1), "b": random_genome(300, 2)}
AGENT = agent_index(LETTERS)
ROW = LETTERS["a"] + "N" + LETTERS["b"]
RULES = CallingRules()
NOTHING = np.zeros(0, np.int64)


def calls_of(
    dips: Sequence[tuple[int, int, int]] = (),
    indels: tuple[Indel, ...] = (),
    unread: Sequence[int] = (),
    depth: int = 40,
) -> ReadCalls:
    """A sample as the reference, `depth` deep but for (first, behind the last, depth)."""
    deep = np.full(len(ROW), depth, np.int32)
    deep[400] = 0
    for first, last, here in dips:
        deep[first:last] = here
    consensus = np.where(deep >= 5, AGENT.codes, 4).astype(np.uint8)
    for one in indels:
        if one.size < 0:
            consensus[one.at : one.at - one.size] = 5
    consensus[list(unread)] = 4
    return ReadCalls(
        consensus=consensus,
        trusted=deep,
        depth=deep,
        letters=(),
        strangers=(),
        indels=indels,
        limit=np.full(len(ROW), 0.1, np.float32),
        errors=np.zeros((4, 4)),
        tally={},
    )


def indel(at: int, size: int, inserted: str = "") -> Indel:
    return Indel(
        at=at, size=size, inserted=inserted, forward=20, backward=20, depth=40, frequency=1.0
    )


def base(at: int) -> BaseCall:
    return BaseCall(
        at=at, ref="A", alt="C", forward=3, backward=3, depth=6, frequency=1.0, quality=37.0,
        linked=0.0,
    )  # fmt: skip


def found(calls: ReadCalls) -> list[tuple[int, int]]:
    return [one.dip for one in coverage_gaps(calls, AGENT)]


def held(letters: str, forward: int, backward: int = 0) -> dict[tuple[int, int], bytes]:
    told = {(0, at): letters.encode() for at in range(forward)}
    return told | {(1, at): letters.encode() for at in range(backward)}


@pytest.mark.parametrize(("depth", "low"), [(30, 15), (49, 28), (100, 65), (10_000, 6_500)])
def test_a_gap_is_below_half_or_below_what_chance_explains(depth: int, low: int) -> None:
    """Of 49 three roots leave 28; of 100 they would leave 70, more than 0.65."""
    assert found(calls_of([(100, 120, low - 1)], depth=depth)) == [(100, 120)]
    assert found(calls_of([(100, 120, low)], depth=depth)) == []


def test_a_gap_is_where_the_depth_falls_and_rises_again() -> None:
    assert found(calls_of([(100, 164, 0)])) == [(100, 164)]
    assert found(calls_of([(100, 165, 0)])) == []  # a read and its flanks are no longer
    assert found(calls_of([(100, 120, 0), (200, 210, 3)])) == [(100, 120), (200, 210)]
    assert found(calls_of([(100, 120, 4)], depth=10)) == [(100, 120)]
    assert found(calls_of([(100, 120, 4)], depth=9)) == []


def test_dips_too_close_for_a_flank_between_them_are_one_gap() -> None:
    assert found(calls_of([(100, 110, 6), (129, 135, 6)])) == [(100, 135)]
    assert found(calls_of([(100, 110, 6), (130, 135, 6)])) == [(100, 110), (130, 135)]
    assert found(calls_of([(100, 145, 6), (157, 170, 6)])) == [(100, 145), (157, 170)]


def test_depth_that_changes_slowly_or_once_alone_is_no_gap() -> None:
    calls = calls_of()
    slope = np.abs(np.arange(len(ROW)) - 100)
    slow = np.where(slope < 28, 12 + slope, 40).astype(np.int32)
    assert found(replace(calls, depth=slow)) == []
    assert found(calls_of([(100, 400, 10)])) == []
    assert found(calls_of([(390, 400, 0)])) == []  # the end of a contig
    assert found(calls_of([(395, 405, 0)])) == []


def test_a_deletion_that_was_called_is_no_gap() -> None:
    assert found(calls_of([(100, 120, 0)], (indel(100, -20),))) == []
    assert found(calls_of([(95, 125, 0)], (indel(100, -20),))) == [(95, 125)]


def test_primers_make_no_gap() -> None:
    masked = np.zeros(len(ROW), np.bool_)
    masked[130:150] = True
    assert coverage_gaps(calls_of([(100, 115, 0)]), AGENT, masked) == ()
    assert len(coverage_gaps(calls_of([(100, 110, 0)]), AGENT, masked)) == 1


def test_flanks_are_the_samples_own_letters() -> None:
    calls = calls_of([(100, 120, 0)], (indel(90, -2), indel(125, 3, "GTG")))
    (gap,) = coverage_gaps(calls, AGENT)
    assert gap.flanks == (
        ROW[78:90] + ROW[92:100], ROW[120:125] + "GTG" + ROW[125:137]
    )  # fmt: skip
    beside = calls_of([(100, 120, 0)], (indel(100, 1, "T"), indel(120, 1, "T")))
    (gap,) = coverage_gaps(beside, AGENT)
    assert gap.flanks == (ROW[80:100], ROW[120:140])  # insertions at its ends are the gap's
    (gap,) = coverage_gaps(calls_of([(100, 120, 0)], (indel(90, 2, "AC"),)), AGENT)
    assert gap.flanks == (ROW[82:90] + "AC" + ROW[90:100], ROW[120:140])
    minor = replace(indel(90, 2, "TT"), frequency=0.4)
    (gap,) = coverage_gaps(calls_of([(100, 120, 0)], (minor,)), AGENT)
    assert gap.flanks == (ROW[80:100], ROW[120:140])


def test_a_gap_takes_in_what_is_unread_beside_it() -> None:
    (gap,) = coverage_gaps(calls_of([(100, 110, 0)], unread=[97, 112]), AGENT)
    assert (gap.dip, gap.first, gap.last) == ((100, 110), 97, 113)
    assert gap.flanks == (ROW[77:97], ROW[113:133])
    (gap,) = coverage_gaps(calls_of([(100, 110, 0)], unread=range(111, 300)), AGENT)
    assert (gap.dip, gap.flanks) == ((100, 110), None)
    (gap,) = coverage_gaps(calls_of([(12, 20, 0)]), AGENT)
    assert gap.flanks is None  # too near to the contig's first letter


@pytest.mark.hazard("H-244")
@pytest.mark.hazard("H-244")
@pytest.mark.parametrize(
    ("changed", "first", "last"),
    [((98,), 98, 110), ((97,), 100, 110), ((111,), 100, 112), ((112,), 100, 110),
     ((96, 98, 111, 113), 96, 114)],
)  # fmt: skip
def test_a_gap_takes_in_the_other_letters_beside_it(
    changed: tuple[int, ...], first: int, last: int
) -> None:
    calls = calls_of([(100, 110, 0)])
    consensus = calls.consensus.copy()
    consensus[list(changed)] = (consensus[list(changed)] + 1) % 4
    (gap,) = coverage_gaps(replace(calls, consensus=consensus), AGENT)
    assert (gap.dip, gap.first, gap.last) == ((100, 110), first, last)


def test_a_gap_is_what_most_reads_hold() -> None:
    calls = calls_of([(100, 110, 0)])
    gaps = coverage_gaps(calls, AGENT)
    own = "GT" + ROW[100:104] + ROW[107:110]
    told = with_gaps_closed(calls, AGENT, gaps, [held(own, 6, 5)], RULES)
    assert [(one.at, one.size, one.inserted) for one in told.indels] == [
        (100, 2, "GT"), (104, -3, "")
    ]  # fmt: skip
    one = told.indels[0]
    assert (one.forward, one.backward, one.depth, one.frequency) == (6, 5, 11, 1.0)
    assert told.consensus[100:110].tolist() == [
        *AGENT.codes[100:104].tolist(), 5, 5, 5, *AGENT.codes[107:110].tolist()
    ]  # fmt: skip
    assert told.trusted[105] == told.depth[105] == 11
    assert np.isnan(told.limit[100:110]).all()
    assert not np.isnan(told.limit[[99, 110]]).any()
    assert (calls.consensus[100:110] == 4).all()  # the calls that were given are as before


def test_letters_of_a_gap_are_calls_with_their_reads() -> None:
    calls = calls_of([(100, 110, 0)])
    gaps = coverage_gaps(calls, AGENT)
    other = "ACGT"[(AGENT.codes[103] + 1) % 4]
    own = ROW[100:103] + other + ROW[104:110]
    votes = held(own, 6, 2) | {(1, 50 + at): b"ACG" for at in range(2)}
    (one,) = with_gaps_closed(calls, AGENT, gaps, [votes], RULES).letters
    assert (one.at, one.ref, one.alt, one.forward, one.backward) == (103, ROW[103], other, 6, 2)
    assert (one.depth, one.frequency, one.quality) == (10, 0.8, 20.0)


def test_a_read_with_one_wrong_letter_in_ten_counts_with_the_others() -> None:
    calls = calls_of([(100, 110, 0)])
    gaps = coverage_gaps(calls, AGENT)
    own = ROW[100:110] + "GG"
    once, twice = own[:5] + "-" + own[6:], own[:5] + "--" + own[7:]
    for other, share in ((once, 1.0), (twice, 0.75), (own + "A", 0.75), (own[:-1], 0.75)):
        votes = held(own, 6) | {(1, at): other.encode() for at in range(2)}
        (one,) = with_gaps_closed(calls, AGENT, gaps, [votes], RULES).indels
        assert (one.frequency, one.depth) == (share, 8)


@pytest.mark.hazard("H-244")
@pytest.mark.parametrize(
    "votes",
    [
        {},
        held("GT", 4),
        held("GT", 10) | {(1, at): b"A" for at in range(10)},
        held("GT", 10) | {(1, at): b"A" if at < 6 else b"C" for at in range(12)},
    ],
    ids=["none", "four", "half", "less"],
)
def test_a_gap_of_which_reads_do_not_tell_is_unread(
    votes: dict[tuple[int, int], bytes],
) -> None:
    """And the few reads that seemed to lie across it tell nothing."""
    calls = replace(
        calls_of([(100, 110, 6)]),
        letters=(base(99), base(105), base(110)),
        strangers=(base(106),),
        indels=(indel(99, 1, "T"), indel(104, 2, "AA"), indel(111, 1, "T")),
    )
    gaps = coverage_gaps(calls, AGENT)
    told = with_gaps_closed(calls, AGENT, gaps, [votes], RULES)
    assert (told.consensus[100:110] == 4).all()
    assert (told.consensus[[99, 110]] < 4).all()
    assert [one.at for one in told.letters] == [99, 110]
    assert [one.at for one in told.indels] == [99, 111]
    assert told.strangers == ()


def test_reads_that_hold_what_was_called_change_nothing() -> None:
    calls = calls_of([(100, 110, 6)], (indel(100, 2, "GG"),))
    gaps = coverage_gaps(calls, AGENT)
    assert with_gaps_closed(calls, AGENT, gaps, [held("GG" + ROW[100:110], 9)], RULES) is calls


def test_a_gap_without_flanks_is_unread_and_takes_no_other_gaps_reads() -> None:
    calls = calls_of([(12, 20, 6), (100, 110, 6)])
    gaps = coverage_gaps(calls, AGENT)
    assert [one.flanks is None for one in gaps] == [True, False]
    assert flanks_of(gaps) == [gaps[1].flanks]
    told = with_gaps_closed(calls, AGENT, gaps, [held(ROW[100:109] + "CC", 9)], RULES)
    assert (told.consensus[12:20] == 4).all()
    assert (told.consensus[100:108] < 4).all()


def test_too_many_gaps_are_all_unread() -> None:
    gap = CoverageGap(dip=(1, 2), first=1, last=2, flanks=("A", "C"))
    assert len(flanks_of([gap] * MOST)) == MOST
    assert flanks_of([gap] * (MOST + 1)) == []


def test_a_short_reference_has_no_gap() -> None:
    calls = calls_of()
    assert coverage_gaps(replace(calls, depth=calls.depth[:5]), AGENT) == ()


@pytest.mark.hazard("H-244")
def test_an_indel_that_others_tell_by_a_crowd_of_letters_is_a_gap() -> None:
    """Some reads lay an insertion and a deletion of one length as a run of other letters."""
    crowd = tuple(
        replace(base(at), frequency=0.55, alt="ACGT"[(AGENT.codes[at] + 1) % 4])
        for at in (102, 105, 110, 114)
    )
    some = replace(indel(98, 2, "GT"), frequency=0.4)
    told = replace(calls_of(), letters=crowd, indels=(some, replace(some, at=116, size=-2)))
    assert found(told) == [(98, 118)]
    assert found(replace(told, indels=())) == []
    assert found(replace(told, letters=crowd[:3])) == []
    assert (
        found(replace(told, letters=tuple(replace(one, frequency=1.0) for one in crowd))) == []
    )
    sure = tuple(replace(one, frequency=0.95) for one in told.indels)
    assert found(replace(told, indels=sure)) == []
    assert found(replace(told, letters=(*crowd[:3], replace(crowd[3], at=118)))) == []
    far = replace(some, at=160)
    assert found(replace(told, indels=(far,))) == []
    long = replace(some, at=78, size=-9, inserted="")  # its end is what lies near the crowd
    assert found(replace(told, indels=(long,))) == [(78, 115)]
