"""Every column of a plain table has a place in its account; near misses are told."""

import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.text.column_account import columns_used

FORMATS = FileFormats()
TABLES = {
    "samples": "sample,participant,taken", "contacts": "a,b,kind", "markers":
    "sample,strain,n_markers_detected,n_markers_total,mean_marker_depth",
    "adjustments": "participant,time,value", "events": "ID,TIME,EVID,AMT,DV",
    "variants": "sample,contig,position,ref,alt,frequency",
}  # fmt: skip


@pytest.mark.parametrize("role", sorted(TABLES))
@pytest.mark.hazard("H-125")
def test_each_column_of_each_table_has_its_place(role: str) -> None:
    head = f"{TABLES[role]},QZWORD"
    cells = ",".join("1" for _ in head.split(","))
    found = FORMATS.read(role, f"{role}.csv", f"{head}\n{cells}\n".encode())
    assert {one.name for one in found.account} == set(head.split(","))
    assert all(one.use in ("used", "ignored", "told") for one in found.account)


def test_a_name_near_to_one_that_is_absent_is_told() -> None:
    remarks = Remarks("x")
    found = columns_used(["ID", "CNES", "WT"], {"ID": "ID"}, ["CENS", "AMT"], remarks, kept="c")
    assert [one.use for one in found] == ["used", "told", "used"]
    assert [one.code for one in remarks.findings()] == ["FMT-122"]


def test_columns_that_nobody_keeps_are_told_once() -> None:
    remarks = Remarks("x")
    found = columns_used(["QX", "QY"], {}, [], remarks)
    assert [one.use for one in found] == ["told", "told"]
    assert len(remarks.findings()) == 1


def test_known_further_columns_of_event_tables_are_no_near_misses() -> None:
    text = b"ID,TIME,EVID,AMT,DV,CENS,LIMIT,SS,OCC\n1,0,1,9,.,0,.,0,1\n1,1,0,0,2,0,.,0,1\n"
    assert not [one for one in FORMATS.read("events", "e.csv", text).findings
                if one.severity != "note"]  # fmt: skip


@pytest.mark.parametrize(("count", "more"), [(20, False), (21, True)])
def test_twenty_unknown_columns_are_named_and_of_more_it_is_said(
    count: int, *, more: bool
) -> None:
    remarks = Remarks("x")
    columns_used([f"Q{at:02}" for at in range(count)], {}, [], remarks)
    (one,) = remarks.findings()
    assert one.message.endswith(" ...") == more
    assert ("Q19" in one.message, "Q20" in one.message) == (True, False)


@pytest.mark.parametrize(
    ("name", "near", "is_slip"),
    [
        ("lat", "lot", False),
        ("lots", "lot", True),
        ("partisipant", "participant", True),
        ("A", "a", False),
    ],
)
def test_a_short_name_is_a_slip_only_of_what_it_begins_with(
    name: str, near: str, *, is_slip: bool
) -> None:
    remarks = Remarks("x")
    columns_used([name], {}, [near], remarks)
    assert remarks.findings()[0].message.endswith(f"is {near!r} meant?") == is_slip
