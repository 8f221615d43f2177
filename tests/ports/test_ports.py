from datetime import UTC, date, datetime

import pytest

from nanoward.base.plan import Plan
from nanoward.testing.ports import memory_site


@pytest.mark.hazard("H-66")
def test_today_is_the_day_at_the_site() -> None:
    now = datetime(2026, 11, 23, 2, tzinfo=UTC)
    for zone, day in (("UTC", 23), ("America/Los_Angeles", 22), ("Asia/Tokyo", 23)):
        plan = Plan(name="ward", title="", sha256="", time_zone=zone)
        assert memory_site(plan, {}, now=now).today() == date(2026, 11, day)
