"""Columns under names that somebody told: followed to the letter, or nothing is used."""

import polars as pl
import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.formats.column_names import aliases
from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.text.own_columns import under_our_names

EVENTS = b"SUBJ;ZEIT;EVID;AMT;conc\n1;0;1;100;.\n1;1;0;;2,5\n"


@pytest.mark.hazard("H-264")
def test_a_told_column_is_used_and_told_in_findings_and_account() -> None:
    formats = FileFormats({"events": {"ID": "SUBJ", "TIME": "ZEIT", "DV": "conc"}})
    found = formats.read("events", "e.csv", EVENTS)
    assert found.table["DV"].to_list() == [None, 2.5]
    assert sum(one.code == "FMT-217" for one in found.findings) == 3
    assert {one.use for one in found.account} == {"used"}
    assert formats.version != FileFormats().version


@pytest.mark.hazard("H-264")
@pytest.mark.parametrize(
    ("names", "columns"),
    [
        ({"ID": "nosuch"}, ["SUBJ", "TIME"]),
        ({"ID": "SUBJ"}, ["SUBJ", "ID"]),
        ({"ID": "subj"}, ["SUBJ", "Subj"]),
    ],
)
def test_an_alias_that_cannot_be_followed_leaves_nothing_used(
    names: dict[str, str], columns: list[str]
) -> None:
    frame, remarks = pl.DataFrame({one: ["1"] for one in columns}), Remarks("x")
    assert under_our_names(frame, names, remarks) is None
    assert [one.code for one in remarks.findings()] == ["FMT-218"]


def test_a_file_that_has_the_name_itself_needs_no_alias() -> None:
    frame = pl.DataFrame({"ID": ["1"], "TIME": ["0"]})
    assert under_our_names(frame, {"ID": "SUBJ"}, Remarks("x")) is frame


@pytest.mark.parametrize("path", ["dm.csv", "dm.parquet"])
def test_clinical_files_take_names_too(path: str) -> None:
    frame = pl.DataFrame({"DOMAIN": ["DM"], "PatNo": ["p"], "ARM": ["a"]})
    if path.endswith("csv"):
        content = frame.write_csv().encode()
    else:
        import io

        out = io.BytesIO()
        frame.write_parquet(out)
        content = out.getvalue()
    formats = FileFormats(aliases([("DM.USUBJID", "PatNo")], ("sdtm",)))
    assert formats.read("sdtm.DM", path, content).table["USUBJID"].to_list() == ["p"]
