from pathlib import Path

import pytest

from nanoward.adapters.stores.lock import ProgrammeBusyError, locked
from nanoward.adapters.stores.round_ticket import RoundSupersededError, RoundTicket


@pytest.mark.hazard("H-105")
def test_the_round_that_began_last_goes_on_and_the_other_stops(tmp_path: Path) -> None:
    first = RoundTicket(tmp_path)
    with first.guard(), pytest.raises(ProgrammeBusyError), locked(tmp_path / "lock"):
        pass
    second = RoundTicket(tmp_path)
    with pytest.raises(RoundSupersededError, match="began later"), first.guard():
        pass
    with second.guard():
        pass
    with locked(tmp_path / "lock"):  # nothing is stuck
        pass


def test_a_ticket_that_is_gone_stops_its_round(tmp_path: Path) -> None:
    ticket = RoundTicket(tmp_path)
    (tmp_path / "round.ticket").unlink()
    with pytest.raises(RoundSupersededError):
        ticket.require()
