from pathlib import Path

import pytest
from tests.faces.service.api.conftest import held

from nanoward.flows.queries.last_round import NoRoundError, RoundFileError
from nanoward.flows.queries.rounds_held import round_of, rounds_held, table_in, table_names
from nanoward.wiring import open_ports

__all__ = ["held"]


def test_rounds_and_their_tables_are_found_and_a_changed_file_is_seen(
    held: Path, tmp_path: Path
) -> None:
    import shutil

    ward = Path(shutil.copytree(held, tmp_path / "ward"))
    with open_ports(str(ward), quiet=True, use="read") as ports:
        (record,) = rounds_held(ports)
        assert round_of(ports, record.held.round) == record
        assert "standings" in table_names(record)
        assert table_in(ports, record, "standings").height > 10
        with pytest.raises(NoRoundError):
            round_of(ports, "1999-01-01")
        with pytest.raises(NoRoundError):
            table_in(ports, record, "none")
        file = ward / "rounds" / record.held.round / "tables" / "standings.parquet"
        file.write_bytes(file.read_bytes() + b"x")
        with pytest.raises(RoundFileError):
            table_in(ports, record, "standings")
        file.unlink()
        with pytest.raises(NoRoundError):
            table_in(ports, record, "standings")
