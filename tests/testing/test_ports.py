from datetime import UTC, datetime

from nanoward.base.plan import Plan
from nanoward.testing.ports import memory_site


def test_a_memory_site_holds_what_it_was_given() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    ports = memory_site(Plan(name="w", title="w", sha256=""), {"data/a.csv": b"x"}, now=now)
    assert ports.folder.content("data/a.csv") == b"x"
    assert ports.clock.now() == now
    assert ports.ledger.head().size == 0
