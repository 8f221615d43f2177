import json
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from nanoward.base.tables import BONDS
from nanoward.flows.bonds.export_bonds import NoDayError, distance_matrix, export_bonds
from nanoward.maths.frames import frame_of

ROWS = [
    {"a": "p1", "b": "p2", "stratum": "x", "sample_a": "s1", "sample_b": "s2",
     "differing": 1.0, "compared": 100, "linked": True, "cluster": 1, "q_value": 0.01},
    {"a": "p1", "b": "p3", "stratum": "x", "sample_a": "s1", "sample_b": "s3",
     "differing": 9.0, "compared": 100, "linked": False},
]  # fmt: skip


def bonds() -> pl.DataFrame:
    return frame_of(BONDS, ROWS)


@pytest.mark.parametrize(
    ("kind", "sign"),
    [("tn93", "s1,s2,0.01"), ("graphml", "<edge"), ("microbetrace", "trace_results"),
     ("newick", "s3"), ("auspice", '"v2"')],
)  # fmt: skip
def test_each_format_holds_its_sign(kind: str, sign: str) -> None:
    assert sign in export_bonds(bonds(), kind, date(2026, 1, 1), "t")


def test_pairs_that_were_not_compared_stand_the_furthest() -> None:
    names, apart = distance_matrix(bonds())
    assert names == ["s1", "s2", "s3"]
    assert apart[1, 2] == 9.0


def test_auspice_wants_a_day() -> None:
    with pytest.raises(NoDayError):
        export_bonds(bonds(), "auspice", None, "t")


SAMPLES = pl.DataFrame(
    {"sample": ["s1", "s2", "s3"], "participant": ["p1", "p2", "p3"],
     "taken": [date(2026, 1, 1), date(2026, 7, 2), None], "ward": ["A & B", "C", "C"],
     "ct": [20.5, 18.0, 30.0]}
)  # fmt: skip


def test_graphml_carries_every_column_the_day_and_the_cluster() -> None:
    text = export_bonds(bonds(), "graphml", None, "t", SAMPLES)
    root = ET.fromstring(text)
    space = "{http://graphml.graphdrawing.org/xmlns}"
    names = {one.get("id"): one.get("attr.name") for one in root.iter(f"{space}key")}
    told = {
        node.get("id"): {names[one.get("key")]: one.text for one in node}
        for node in root.iter(f"{space}node")
    }
    assert told["p1"] == {
        "cluster": "1", "taken": "2026-01-01", "ward": "A & B", "ct": "20.5", "sample": "s1",
    }  # fmt: skip


def test_microbetrace_carries_them_as_attributes_of_the_patient() -> None:
    told = json.loads(export_bonds(bonds(), "microbetrace", None, "t", SAMPLES))[
        "trace_results"
    ]
    first = told["Nodes"][0]["patient_attributes"]
    assert (first["taken"], first["ward"], first["cluster"]) == ("2026-01-01", "A & B", 1)
    assert set(first) <= set(told["patient_attribute_schema"])


def test_auspice_carries_them_as_colours_with_the_day_on_its_scale() -> None:
    told = json.loads(export_bonds(bonds(), "auspice", date(2026, 8, 1), "t", SAMPLES))
    keys = [one["key"] for one in told["meta"]["colorings"]]
    assert keys == ["cluster", "num_date", "ward", "ct"]
    leaves: list[dict[str, Any]] = []
    stack = [told["tree"]]
    while stack:
        node = stack.pop()
        stack += node.get("children", [])
        leaves += [] if "children" in node else [node]
    by_name = {one["name"]: one["node_attrs"] for one in leaves}
    assert by_name["s2"]["num_date"]["value"] == pytest.approx(2026.5, abs=0.002)
    assert by_name["s1"]["cluster"]["value"] == "1"
    assert by_name["s3"]["ward"]["value"] == "C"
    assert "num_date" not in by_name["s3"]
