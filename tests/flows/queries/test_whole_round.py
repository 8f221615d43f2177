import shutil
from pathlib import Path

import pytest
from tests.faces.service.console_world import held

from nanoward.base.errors import IntegrityError
from nanoward.flows.queries.last_round import NoRoundError, RoundFileError
from nanoward.flows.queries.whole_round import whole_round
from nanoward.wiring.service import to_read

__all__ = ["held"]


@pytest.mark.timeout(120)
def test_the_round_is_the_one_that_the_ledger_names(held: Path, tmp_path: Path) -> None:
    ward = Path(shutil.copytree(held, tmp_path / "ward"))
    (table,) = ward.glob("rounds/*/tables/standings.parquet")
    told = table.parents[1] / "round.json"
    with to_read(str(ward)) as ports:
        round_ = whole_round(ports)
        assert round_.tables["standings"].height >= 12
        assert round_.facts["clearance"]
        kept, content = told.read_bytes(), table.read_bytes()
        told.write_bytes(kept.replace(b'"facts"', b'"fact"'))
        with pytest.raises(IntegrityError):
            whole_round(ports)
        told.write_bytes(kept)
        table.write_bytes(content + b"x")
        with pytest.raises(RoundFileError):
            whole_round(ports)
        table.unlink()
        with pytest.raises(NoRoundError):
            whole_round(ports)


def test_without_a_round_there_is_none(ward: Path) -> None:
    with to_read(str(ward)) as ports, pytest.raises(NoRoundError):
        whole_round(ports)
