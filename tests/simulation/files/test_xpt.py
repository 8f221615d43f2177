from pathlib import Path

import polars as pl
import pyreadstat

from nanoward.simulation.files.xpt import MOMENT, NO_MOMENT, transport_bytes

TABLE = pl.DataFrame(
    {"USUBJID": ["P001", "P002"], "LBSTRESN": [1.25, None], "LBDTC": ["2026-03-02", ""]}
)


def test_a_transport_file_says_nothing_of_when_it_was_written() -> None:
    content = transport_bytes("LB", TABLE)
    assert set(MOMENT.findall(content)) == {NO_MOMENT}
    assert content == transport_bytes("LB", TABLE)


def test_a_value_that_looks_like_a_moment_is_left_alone() -> None:
    told = pl.DataFrame({"NOTE": ["23NOV26:12:00:00"]})
    assert b"23NOV26:12:00:00" in transport_bytes("CO", told)


def test_a_transport_file_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "lb.xpt"
    path.write_bytes(transport_bytes("LB", TABLE))
    table, about = pyreadstat.read_xport(path, output_format="polars")
    assert about.table_name == "LB"
    assert table["USUBJID"].to_list() == ["P001", "P002"]
    assert table["LBSTRESN"].to_list() == [1.25, None]
    assert table["LBDTC"].to_list() == ["2026-03-02", ""]
