"""Every clinical reader meets one unknown thing at each level, and is silent about none."""

import json

import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.formats.clinical.sdtm_variables import USED
from nanoward.flows.steps.foreign_files import unread_file
from nanoward.ports.formats import ParsedTable

FORMATS = FileFormats()
HEADS = {
    "AE": "AESEQ,AETERM,AESTDTC",
    "DM": "RFSTDTC,ARM",
    "DS": "DSDECOD,DSSTDTC",
    "EG": "EGSEQ,EGTESTCD,EGSTRESN,EGDTC",
    "EX": "EXTRT,EXDOSE,EXSTDTC",
    "LB": "LBSEQ,LBTESTCD,LBSTRESN,LBDTC",
    "QS": "QSSEQ,QSTESTCD,QSSTRESN,QSDTC",
    "SV": "VISITNUM,SVSTDTC",
    "VS": "VSSEQ,VSTESTCD,VSSTRESN,VSDTC",
}


def told(reading: ParsedTable, word: str) -> bool:
    """Whether a finding that is more than silence names the thing."""
    return any(word in f"{one.message} {one.column}" for one in reading.findings)


def read(domain: str, *lines: str) -> ParsedTable:
    content = "\n".join(lines).encode() + b"\n"
    return FORMATS.read(f"sdtm.{domain}", f"{domain.lower()}.csv", content)


def test_the_walk_meets_every_domain_that_is_used() -> None:
    assert set(HEADS) == set(USED)


@pytest.mark.parametrize("domain", sorted(HEADS))
@pytest.mark.hazard("H-125")
def test_an_unknown_column_is_told_and_accounted_for(domain: str) -> None:
    names = HEADS[domain].split(",")
    head = f"DOMAIN,USUBJID,{HEADS[domain]},QZWORD"
    reading = read(domain, head, ",".join([domain, "p", *("" for _ in names), "x"]))
    assert told(reading, "QZWORD")
    assert {one.name for one in reading.account} == {*head.split(",")}
    assert [one.use for one in reading.account if one.name == "QZWORD"] == ["told"]


@pytest.mark.parametrize("domain", sorted(HEADS))
@pytest.mark.hazard("H-125")
def test_an_unknown_record_is_told(domain: str) -> None:
    names = HEADS[domain].split(",")
    head = f"DOMAIN,USUBJID,{HEADS[domain]}"
    row = ",".join([domain, "p", *("" for _ in names)])
    ragged, other = (
        read(domain, head, row, f"{row},more"),
        read(domain, head, row, "ZZ" + row[2:]),
    )
    assert told(ragged, "fields")
    assert told(other, "ZZ")


@pytest.mark.parametrize("domain", sorted(set(HEADS) - {"DM"}))
@pytest.mark.hazard("H-125")
def test_an_unknown_day_is_told(domain: str) -> None:
    names = HEADS[domain].split(",")
    cells = ["someday" if one.endswith("DTC") else "1" for one in names]
    reading = read(domain, f"DOMAIN,USUBJID,{HEADS[domain]}", ",".join([domain, "p", *cells]))
    assert told(reading, "someday")


@pytest.mark.hazard("H-125")
def test_an_unknown_resource_element_and_entry_are_told() -> None:
    entries = [
        {"resource": {"resourceType": "Patient", "id": "p", "qzword": 1}},
        {"resource": {"resourceType": "Qzresource", "id": "x"}},
        {"resource": 7},
    ]
    content = json.dumps({"resourceType": "Bundle", "entry": entries}).encode()
    (reading,) = FORMATS.bundle("ward.json", content).values()
    for word in ("qzword", "Qzresource", "no resource"):
        assert told(reading, word)


@pytest.mark.parametrize("path", ["data/sdtm/ae.qz", "data/qz.bin", "data/fhir/ward.qz"])
@pytest.mark.hazard("H-125")
def test_an_unknown_file_is_told(path: str) -> None:
    assert FORMATS.role_of(path) is None
    assert len(unread_file(path)) == 1
