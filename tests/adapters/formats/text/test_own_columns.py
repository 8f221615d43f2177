"""Columns under names that somebody told: followed to the letter, or nothing is used."""

import polars as pl
import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.text.own_columns import (
    EVERY_TABLE,
    BadColumnError,
    aliases,
    pairs_of,
    under_our_names,
)

EVENTS = b"SUBJ;ZEIT;EVID;AMT;conc\n1;0;1;100;.\n1;1;0;;2,5\n"


@pytest.mark.hazard("H-264")
@pytest.mark.parametrize(
    ("pairs", "word"),
    [
        ([("nosuch", "x")], "no column is called"),
        ([("participent", "x")], "is participant meant?"),
        ([("samples.nosuch", "x")], "samples has no column"),
        ([("nosuch.sample", "x")], "no table"),
        ([("sample", "a"), ("sample", "b")], "told twice"),
        ([("sample", "a"), ("participant", "A")], "two columns"),
        ([("sample", "")], "names no column"),
        ([("", "x")], "names no column"),
        ([("LB.QZ", "x")], "has no column"),
    ],
)
def test_an_unknown_or_doubled_name_is_refused(pairs: list[tuple[str, str]], word: str) -> None:
    with pytest.raises(BadColumnError, match=word):
        aliases(pairs, ("samples", "contacts", "sdtm"))


def test_a_name_goes_to_every_table_that_knows_it_and_one_with_a_table_to_that_alone() -> None:
    found = aliases([("sample", "Probe"), ("Contacts.KIND", "Art"), ("lb.lbdtc", "Tag")],
                    ("samples", "variants", "contacts", "sdtm"))  # fmt: skip
    assert found == {
        "samples": {"sample": "Probe"}, "variants": {"sample": "Probe"},
        "contacts": {"kind": "Art"}, "sdtm.LB": {"LBDTC": "Tag"},
    }  # fmt: skip


def test_a_programme_remembers_names_flat_and_by_table() -> None:
    section = {"participant": "Proband", "events": {"ID": "SUBJ"}}
    assert pairs_of(section) == [("participant", "Proband"), ("events.ID", "SUBJ")]
    assert aliases(pairs_of(section), EVERY_TABLE)["events"]["ID"] == "SUBJ"
    with pytest.raises(BadColumnError, match="no text"):
        pairs_of({"participant": 3})


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
