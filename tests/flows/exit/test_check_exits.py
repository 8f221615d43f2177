from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from nanoward.base.entries.exit import SpoolSeen
from nanoward.base.plan import Plan
from nanoward.flows.exit.carry_notices import SpoolState, carry_notices
from nanoward.flows.exit.check_exits import check_exits, spool_seen
from nanoward.flows.exit.give_notice import give_notices, notice_from
from nanoward.testing.ports import memory_site
from nanoward.testing.way_out import WayOut

DAY = date(2026, 11, 30)


@pytest.mark.hazard("H-102")
def test_a_round_tells_what_is_owed_and_holds_the_spools_head(tmp_path: Path) -> None:
    ports = memory_site(
        Plan(name="w", title="w", sha256=""), {}, now=datetime(2026, 11, 30, tzinfo=UTC)
    )
    assert check_exits(ports, DAY).findings == ()
    way = WayOut(tmp_path)
    object.__setattr__(ports, "ledger", way.programme)
    object.__setattr__(ports, "spool", way.spool)
    way.down = {"ledger"}
    asked = {"notice": "n", "wish": "leave", "participant": "P1"}
    give_notices(way.spool, [notice_from(asked, way.clock)], way.clock)
    carry_notices(way.ports, SpoolState())
    (finding,) = check_exits(ports, DAY).findings
    assert (finding.code, finding.severity, finding.subject) == ("OUT-074", "error", "P1")
    assert "not yet told: ledger" in finding.message
    way.down = set()
    carry_notices(way.ports, SpoolState())
    found = check_exits(ports, DAY)
    assert {one.code for one in found.findings} == {"OUT-070", "OUT-072"}
    head = way.spool.head()
    assert found.entries == (
        SpoolSeen(key=str(way.spool.key()), records=head.size, head=head.hash),
    )
    assert spool_seen(None) is None
    way.close()
