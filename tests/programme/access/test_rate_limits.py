from hypothesis import given
from hypothesis import strategies as st

from nanoward.programme.access.rate_limits import Bucket, RateLimit, taken

LIMIT = RateLimit(burst=3, per_minute=6.0)


def test_a_bucket_empties_and_fills_again() -> None:
    bucket, waits = None, []
    for _ in range(4):
        bucket, wait = taken(bucket, LIMIT, 0.0)
        waits.append(wait)
    assert waits == [0.0, 0.0, 0.0, 10.0]
    assert taken(bucket, LIMIT, 10.0)[1] == 0.0


def test_a_clock_that_goes_back_fills_nothing() -> None:
    bucket = Bucket(left=0.0, at_s=100.0)
    assert taken(bucket, LIMIT, 0.0)[1] > 0


@given(knocks=st.lists(st.floats(0, 30), max_size=60))
def test_no_more_come_in_than_the_limit_lets_in(knocks: list[float]) -> None:
    bucket, now, let_in = None, 0.0, 0
    for gone in knocks:
        now += gone
        bucket, wait = taken(bucket, LIMIT, now)
        let_in += wait == 0
    assert let_in <= LIMIT.burst + now * LIMIT.per_minute / 60 + 1e-6


def test_half_a_place_is_waited_for_half_as_long() -> None:
    empty = Bucket(left=0.0, at_s=0.0)  # six a minute: a place every ten seconds
    assert [taken(empty, LIMIT, at)[1] for at in (0.0, 2.5, 5.0, 10.0)] == [10.0, 7.5, 5.0, 0.0]
