"""The same material gives the same tables, however it arrived: week by week, or all at once."""

import shutil
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from nanoward.flows.round.ward_round import RoundSummary, ward_round
from nanoward.wiring import open_ports

# what tells of the rounds held before, by its very meaning: links are corrected for all tests
# that earlier rounds made, and findings, exposed people and changes have a history
OF_ROUNDS = {
    "bond_batches", "bond_people", "bonds", "exposed", "finding_states", "findings",
    "round_changes", "undecided",
}  # fmt: skip


def held(simulated: Path, folder: Path, days: Sequence[date]) -> RoundSummary:
    ward = Path(shutil.copytree(simulated, folder))
    for day in days:
        with open_ports(str(ward), quiet=True, workers=1) as ports:
            summary = ward_round(ports, as_of=day, seed=7, render=lambda _: b"")
    return summary


@pytest.mark.hazard("H-282")
def test_tables_are_the_same_in_whichever_order_rounds_were_held(
    simulated: Path, tmp_path: Path
) -> None:
    last = pl.read_csv(simulated / "data" / "samples.csv", try_parse_dates=True)["taken"]
    days = sorted(str(one)[:10] for one in last if str(one)[:4] == "2026")
    end = date.fromisoformat(days[-6])  # behind it lie planted faults
    weeks = [end - timedelta(days=7 * back) for back in (3, 1, 2)]  # not in their order
    once = held(simulated, tmp_path / "once", [end])
    weekly = held(simulated, tmp_path / "weekly", [*weeks, end])
    told = {name for name, table in once.round_.tables.items() if table.height}
    assert {"acquired", "departures", "rates", "recurrence", "owners", "guarded_loci",
            "adaptation", "profiles", "fits", "standings"} <= told  # fmt: skip
    assert set(once.round_.tables) == set(weekly.round_.tables)
    for name in sorted(set(once.round_.tables) - OF_ROUNDS):
        path = f"tables/{name}.parquet"
        one, other = ((Path(each.folder) / path).read_bytes() for each in (once, weekly))
        assert one == other, f"{name} depends on which rounds were held before"
