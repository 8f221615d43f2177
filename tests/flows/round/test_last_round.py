from typing import Any

import pytest

from nanoward.flows.round.last_round import NoRoundError, RoundFileError, last_round_table


def test_the_last_round_tells_its_tables_and_only_as_they_were_hashed(ill_ward: Any) -> None:
    with pytest.raises(NoRoundError):
        last_round_table(ill_ward.ports, "standings")
    ill_ward.round(16)
    assert last_round_table(ill_ward.ports, "standings").height == 2
    with pytest.raises(NoRoundError):
        last_round_table(ill_ward.ports, "nothing")
    ill_ward.ports.folder.rounds["2026-11-16"]["tables/standings.parquet"] = b"other"
    with pytest.raises(RoundFileError):
        last_round_table(ill_ward.ports, "standings")
