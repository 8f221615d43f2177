from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from nanoward.testing.desks import bay_of
from nanoward.testing.fakes import SteppedClock


@pytest.mark.hazard("H-66")
def test_today_is_the_day_at_the_site() -> None:
    clock = SteppedClock(datetime(2026, 11, 23, 12, tzinfo=UTC))
    desk = replace(bay_of().desk, clock=clock)
    assert desk.today() == date(2026, 11, 23)
    there = replace(desk, zone=ZoneInfo("Pacific/Kiritimati"))
    assert there.today() == date(2026, 11, 24)
