from datetime import UTC, date, datetime

import pytest

from nanoward.base.entries import ConsentWithdrawn
from nanoward.base.entries.exit import NoticeCarried, NoticeGiven
from nanoward.clearance.consent.notices import (
    WAYS,
    notice_reasons,
    notices_of,
    standing_notices,
    ways_of,
)

AT = datetime(2026, 11, 30, 9, tzinfo=UTC)


def given(notice: str, wish: str = "leave", who: str = "P1", **more: object) -> NoticeGiven:
    return NoticeGiven(
        notice=notice,
        participant=who,
        wish=wish,
        given=AT,
        by=who,
        **more,  # type: ignore[arg-type]
    )


def carried(notice: str, to: str) -> NoticeCarried:
    return NoticeCarried(notice=notice, participant="P1", to=to, outcome="done", carried=AT)


def left(notice: str) -> ConsentWithdrawn:
    return ConsentWithdrawn(participant="P1", withdrawn=date(2026, 11, 30), notice=notice)


def test_everybody_who_must_know_is_owed_until_told() -> None:
    notices = notices_of([given("n"), given("n", who="P9"), carried("n", "lane")])
    assert notices["n"].given.participant == "P1"  # said twice is one
    assert notices["n"].owed == ("ledger", "staff")
    assert notices_of([carried("n", "lane")]) == {}
    assert ways_of(given("n", uses=("share data",))) == ("ledger", "staff")
    assert all(way for way in WAYS.values())


@pytest.mark.hazard("H-97")
def test_a_leave_shuts_until_the_ledger_itself_holds_it() -> None:
    notices = notices_of([given("n"), carried("n", "lane"), carried("n", "ledger")])
    stand = standing_notices(notices.values(), "P1", [])
    assert [one.notice for one in stand] == ["n"]  # told, and not there
    assert standing_notices(notices.values(), "P1", [left("n")]) == ()
    assert standing_notices(notices.values(), "P1", [left("other")]) == stand
    assert standing_notices(notices.values(), "P1 ", []) == stand
    assert standing_notices(notices.values(), "P2", []) == ()
    assert "P1 asked to leave at 2026-11-30 09:00 UTC" in notice_reasons(stand)[0]


@pytest.mark.hazard("H-97")
@pytest.mark.parametrize("wish", ["stop", "less"])
def test_a_stop_shuts_until_the_lane_confirmed_it_and_everybodys_shuts_all(wish: str) -> None:
    open_ = notices_of([given("n", wish)])
    assert len(standing_notices(open_.values(), "P1", [])) == 1
    done = notices_of([given("n", wish), carried("n", "lane")])
    assert standing_notices(done.values(), "P1", []) == ()
    everybody = notices_of([given("n", "stop", who="")])
    assert len(standing_notices(everybody.values(), "P7", [])) == 1


def test_a_concern_shuts_nothing() -> None:
    assert standing_notices(notices_of([given("n", "concern")]).values(), "P1", []) == ()
