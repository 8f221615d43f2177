from hypothesis import given
from hypothesis import strategies as st

from nanoward.programme.relays.seen_ranges import BLOCK, highest, receipted, seen_ranges

SENT = [f"m{n}" for n in range(1, 200)]


def held(numbers: set[int]) -> dict[int, str]:
    return {n: SENT[n - 1] for n in numbers}


def test_by_hand_a_gap_splits_a_range_and_so_does_a_block() -> None:
    spans = [one.partition(":")[0] for one in seen_ranges(held({1, 2, 3, 5, 64, 65, 66}))]
    assert spans == ["1-3", "5-5", "64-64", "65-66"]
    assert seen_ranges({}) == ()
    assert highest(("1-3:a", "65-66:b", "x")) == 66


@given(st.sets(st.integers(1, 199)))
def test_what_is_held_is_receipted_and_nothing_else(numbers: set[int]) -> None:
    assert receipted(seen_ranges(held(numbers)), SENT) == numbers


@given(st.sets(st.integers(1, 199), min_size=1), st.data())
def test_a_number_that_was_given_to_another_message_is_not_receipted(
    numbers: set[int], data: st.DataObject
) -> None:
    other = data.draw(st.sampled_from(sorted(numbers)))
    found = receipted(seen_ranges({**held(numbers), other: "another"}), SENT)
    assert other not in found
    assert found <= numbers


@given(st.lists(st.sets(st.integers(1, 199)), max_size=5), st.integers(0, 199))
def test_hashes_that_were_kept_give_what_would_be_computed_anew(
    growing: list[set[int]], written: int
) -> None:
    kept: dict[int, str] = {}
    numbers: set[int] = set(range(1, 2 * BLOCK))
    for more in growing:
        numbers |= more
        assert seen_ranges(held(numbers), kept) == seen_ranges(held(numbers))
        cut = seen_ranges(held(numbers), kept, written=written)
        assert cut == seen_ranges(held(numbers), written=written)


def test_what_the_other_side_does_not_speak_of_any_more_spoils_no_receipt() -> None:
    """It wrote 66, was restored and has 60: the first 60 are receipted all the same."""
    told = seen_ranges(held(set(range(1, 67))), written=60)
    assert receipted(told, SENT[:60]) == set(range(1, 61))
    assert receipted(seen_ranges(held(set(range(1, 67)))), SENT[:60]) == set()


def test_what_cannot_be_read_receipts_nothing() -> None:
    for one in ("", "1-3", "3-1:00", "0-3:00", "a-b:c", "1-999:00", "1-3:0000000000000000"):
        assert receipted([one], SENT) == frozenset()
