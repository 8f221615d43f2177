from datetime import UTC, datetime

from nanoward.base.plan import Plan
from nanoward.testing.sites import memory_site


def test_a_memory_site_holds_what_it_was_given() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    site = memory_site(Plan(name="w", title="w", sha256=""), {"data/a.csv": b"x"}, now=now)
    assert site.folder.content("data/a.csv") == b"x"
    assert site.clock.now() == now
    assert site.ledger.head().size == 0
