"""The one question of whatever starts or raises: does this person stand in the spool?"""

from pathlib import Path
from typing import NoReturn

import pytest

from nanoward.base.errors import IntegrityError
from nanoward.flows.consent.read_spool import notices_standing, spool_reasons
from nanoward.flows.exit.carry_notices import SpoolState, carry_notices
from nanoward.flows.exit.give_notice import give_notices, notice_from
from nanoward.testing.fakes import MemoryLedger
from nanoward.testing.way_out import WayOut


def say(way: WayOut, wish: str, who: str) -> None:
    asked = {"notice": f"{wish}-{who}", "wish": wish, "participant": who, "by": who}
    give_notices(way.spool, [notice_from(asked, way.clock)], way.clock)


@pytest.mark.hazard("H-97")
def test_nothing_passes_between_the_word_and_its_settlement(tmp_path: Path) -> None:
    way = WayOut(tmp_path)
    way.down = {"lane", "ledger"}
    say(way, "leave", "P1")
    say(way, "stop", "P2")
    carry_notices(way.ports, SpoolState())
    assert len(spool_reasons(way.spool, way.programme, "P1 ")) == 1
    assert len(spool_reasons(way.spool, way.programme, "P2")) == 1
    assert spool_reasons(way.spool, way.programme, "P3") == ()
    way.down = set()
    carry_notices(way.ports, SpoolState())
    assert spool_reasons(way.spool, way.programme, "P1") == ()
    assert spool_reasons(way.spool, way.programme, "P2") == ()
    # a copy of yesterday's ledger is put back: the spool knows better
    assert len(spool_reasons(way.spool, MemoryLedger(), "P1")) == 1
    say(way, "stop", "")
    assert len(spool_reasons(way.spool, way.programme, "P3")) == 1
    way.close()


@pytest.mark.hazard("H-97")
def test_a_spool_that_cannot_be_read_lets_nothing_pass() -> None:
    class Broken(MemoryLedger):
        def about(self, person, *, kinds=()):  # type: ignore[no-untyped-def]
            raise IntegrityError("bent")

    with pytest.raises(IntegrityError):
        spool_reasons(Broken(), MemoryLedger(), "P1")
    assert spool_reasons(None, MemoryLedger(), "P1") == ()


@pytest.mark.hazard("H-97")
def test_where_nobody_said_anything_the_programmes_ledger_is_not_read(tmp_path: Path) -> None:
    class Shut(MemoryLedger):
        def about(self, *_: object, **__: object) -> NoReturn:
            raise AssertionError("the programme's ledger was read")

    assert notices_standing(MemoryLedger(), Shut(), "P1") == ()
    way = WayOut(tmp_path)
    say(way, "stop", "P1")
    with pytest.raises(AssertionError):
        notices_standing(way.spool, Shut(), "P1")
    way.close()
