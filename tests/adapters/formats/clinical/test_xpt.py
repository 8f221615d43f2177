from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from nanoward.adapters.formats.clinical.xpt import is_transport, read_transport
from nanoward.adapters.formats.problems import Remarks

FRAME = pl.DataFrame(
    {
        "USUBJID": ["p1", "p2", "Zoë"],
        "AGE": [31.5, None, 0.0],
        "ARM": ["Placebo", None, "High"],
        "AESEQ": [None, None, None],
    },
    schema_overrides={"AESEQ": pl.Float64},
)


@pytest.fixture(params=[5, 8])
def content(request, tmp_path: Path) -> bytes:
    return written(FRAME, tmp_path, request.param)


def written(frame: pl.DataFrame, folder: Path, version: int = 5) -> bytes:
    path = folder / "x.xpt"
    pyreadstat.write_xport(frame, str(path), file_format_version=version, table_name="DM")
    return path.read_bytes()


def read(content: bytes) -> tuple[pl.DataFrame | None, list[str]]:
    remarks = Remarks("dm.xpt")
    frame = read_transport(content, remarks)
    return frame, [finding.code for finding in remarks.findings()]


def test_what_sas_would_send_is_read_back(content: bytes) -> None:
    frame, codes = read(content)
    assert is_transport(content)
    assert codes == []
    assert frame is not None
    assert frame.with_columns(pl.col("ARM").replace("", None)).equals(FRAME)
    assert frame.schema == FRAME.schema


def test_bytes_of_windows_are_understood_and_told(content: bytes) -> None:
    frame, codes = read(content.replace("ë".encode(), b"\xeb "))
    assert codes == ["FMT-063"]
    assert frame is not None
    assert frame["USUBJID"].to_list() == ["p1", "p2", "Zoë"]


def test_bytes_of_no_encoding_are_kept_as_they_are(content: bytes) -> None:
    frame, codes = read(content.replace("ë".encode(), b"\x81 "))
    assert codes == ["FMT-063"]
    assert frame is not None
    assert frame["USUBJID"][2] == "Zo\x81"


@pytest.mark.parametrize("cut", [1, 79, 81, 160])
@pytest.mark.parametrize("version", [5, 8])
def test_a_file_cut_within_its_rows_gives_the_whole_rows_and_a_finding(
    tmp_path: Path, cut: int, version: int
) -> None:
    many = pl.concat([FRAME] * 30, rechunk=True)
    content = written(many.with_columns(ARM=pl.lit("A" * 43)), tmp_path, version)
    frame, codes = read(content[:-cut])
    assert frame is not None
    assert frame["USUBJID"].to_list() == many["USUBJID"].to_list()[: frame.height]
    if frame.height < 90 or (version == 5 and cut % 80):
        assert codes == ["FMT-003"]
    elif cut % 80 == 0:
        assert codes == []
    if cut == 160:
        assert frame.height < 90


def test_a_second_dataset_is_told_and_the_first_one_is_used(tmp_path: Path) -> None:
    content = written(FRAME, tmp_path)
    frame, codes = read(content + content[240:])
    assert codes == ["FMT-067"]
    assert frame is not None
    assert frame.height == 3


@pytest.mark.parametrize("size", [0, 10, 79, 240, 400, 700, 1100])
def test_damaged_headers_are_told(tmp_path: Path, size: int) -> None:
    frame, codes = read(written(FRAME, tmp_path)[:size])
    assert frame is None
    assert codes in (["FMT-011"], ["FMT-012"])


def test_other_files_are_no_transport_files() -> None:
    assert read(b"PAR1 something else") == (None, ["FMT-011"])


def test_a_cut_is_told_at_the_row_that_is_not_there(tmp_path: Path) -> None:
    many = pl.concat([FRAME] * 30, rechunk=True)
    remarks = Remarks("dm.xpt")
    frame = read_transport(written(many, tmp_path, 8)[:-400], remarks)
    assert frame is not None
    (one,) = [one for one in remarks.findings() if "are due" in one.message]
    assert one.line == frame.height + 1
