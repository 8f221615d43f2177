import re
import shutil
from pathlib import Path

import polars as pl
import pytest
from tests.faces.service.api.conftest import held

from nanoward.flows.queries.pair_of_round import (
    FilesChangedError,
    NotComparedError,
    pair_of_round,
)
from nanoward.flows.queries.rounds_held import round_of, table_in
from nanoward.wiring import open_ports

__all__ = ["held"]


@pytest.mark.hazard("H-426")
def test_a_pair_is_what_its_round_found_or_is_refused(held: Path, tmp_path: Path) -> None:
    ward = Path(shutil.copytree(held, tmp_path / "ward"))
    with open_ports(str(ward), quiet=True, workers=1) as ports:
        bonds = table_in(ports, round_of(ports), "bonds")
        a, b = bonds.select("a", "b").row(3)
        assert pair_of_round(ports, [b, a]).equals(bonds[3])
        own = bonds.filter((pl.col("a") == a) | (pl.col("b") == a))
        again = pair_of_round(ports, [a])  # compared again
        assert again.sort("a", "b").equals(own.sort("a", "b"))
        assert again["score"].is_sorted(descending=True, nulls_last=True)
        with pytest.raises(NotComparedError):
            pair_of_round(ports, [a, "nobody"])
    plan = ward / "programme.toml"
    text = re.sub(r"linked_differences = [0-9.]+", "linked_differences = 9.0", plan.read_text())
    assert "linked_differences = 9.0" in text
    plan.write_text(text)
    with (
        open_ports(str(ward), quiet=True, workers=1) as ports,
        pytest.raises(FilesChangedError, match="no longer give"),
    ):
        pair_of_round(ports, [a])
