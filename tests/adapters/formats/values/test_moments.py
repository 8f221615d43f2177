"""Moments as sensors write them."""

from nanoward.adapters.formats.values.moments import seconds_of


def test_moments_in_utc_unless_they_name_a_zone() -> None:
    assert seconds_of("1970-01-01T00:01:00") == 60.0
    assert seconds_of("1970-01-01 01:01:00+01:00") == 60.0
    assert seconds_of("1970-01-01T00:01:00Z") == 60.0
    assert seconds_of("60.5") == 60.5
    assert [seconds_of(one) for one in (None, "", "noon", "nan", "1e30")] == [None] * 5
