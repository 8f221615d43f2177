"""Clinical files by their names: split domains, bundles, and both as one."""

import json

import polars as pl

from nanoward.adapters.formats import FileFormats
from nanoward.flows.clearance.read_sdtm import read_sdtm, readings_of, sdtm_domains
from nanoward.flows.steps.step_outcome import Materials

FORMATS = FileFormats()
BUNDLE = json.dumps(
    {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"resource": {"resourceType": "Patient", "id": "p", "gender": "female"}},
            {
                "resource": {
                    "resourceType": "Observation",
                    "status": "final",
                    "subject": {"reference": "Patient/p"},
                    "code": {"coding": [{"system": "http://loinc.org", "code": "1742-6"}]},
                    "effectiveDateTime": "2026-01-05",
                    "valueQuantity": {"value": 30, "code": "U/L"},
                }
            },
        ],
    }
).encode()


def test_parts_of_a_split_domain_are_read_by_their_names() -> None:
    materials, _ = read_sdtm(
        FORMATS,
        {
            "lbch.csv": b"DOMAIN,USUBJID,LBTESTCD\nLB,p,ALT\n",
            "lbhe.csv": b"DOMAIN,USUBJID,LBTESTCD\nLB,p,HGB\n",
        },
    )
    assert sorted(materials.tables) == ["sdtm.LBCH", "sdtm.LBHE"]


def test_a_bundle_and_a_domain_give_one_table() -> None:
    lb = b"DOMAIN,USUBJID,LBSEQ,LBTESTCD,LBSTRESN,LBDTC\nLB,q,1,ALT,20,2026-01-05\n"
    materials, _ = read_sdtm(FORMATS, {"lb.csv": lb, "x/ward.json": BUNDLE})
    rows = materials.tables["sdtm.LB"].select("USUBJID", "LBTESTCD", "LBSTRESN", "file")
    assert rows.rows() == [("q", "ALT", 20.0, "lb.csv"), ("p", "ALT", 30.0, "x/ward.json")]


def test_the_role_that_is_asked_for_names_a_file_that_does_not() -> None:
    assert list(readings_of(FORMATS, "results.csv", b"USUBJID\np\n", "sdtm.LB")) == ["sdtm.LB"]


def test_only_domains_that_somebody_reads_are_domains() -> None:
    frame = pl.DataFrame({"USUBJID": ["p"], "LBTESTCD": ["ALT"]})
    roles = ("sdtm.LB", "sdtm.ZZ", "vcf5.LB")
    found = sdtm_domains(Materials(tables=dict.fromkeys(roles, frame), sources={}))
    assert (set(found), found["LB"].height) == ({"LB"}, 1)
