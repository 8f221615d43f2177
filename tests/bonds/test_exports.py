import json
from xml.etree import ElementTree as ET

import numpy as np
import polars as pl

from nanoward.bonds.exports import auspice_json, distance_csv, graphml, newick, trace_json

BONDS = pl.DataFrame(
    {
        "a": ["p<1", "p2"], "b": ["p2", "p3"], "stratum": ["x", "x"],
        "sample_a": ["s1", "s2"], "sample_b": ["s2", "s3"],
        "shared": [3, 0], "differing": [2.0, 9.0], "compared": [1000, 1000],
        "score": [5.0, -1.0], "p_value": [0.001, 0.7], "q_value": [0.01, 0.9],
        "linked": [True, False], "contact": ["room", ""],
    }
)  # fmt: skip
GROUPS = {"p<1": 1, "p2": 1}
APART = np.array([[0.0, 2.0, 9.0], [2.0, 0.0, 7.0], [9.0, 7.0, 0.0]])


def test_distances_are_written_per_site_as_tn93_does() -> None:
    lines = distance_csv(BONDS).splitlines()
    assert lines == ["ID1,ID2,Distance", "s2,s3,0.00900000", "s1,s2,0.00200000"]


def test_graphml_is_xml_and_holds_the_links_with_their_evidence() -> None:
    space = {"g": "http://graphml.graphdrawing.org/xmlns"}
    root = ET.fromstring(graphml(BONDS, GROUPS))
    assert [node.get("id") for node in root.findall(".//g:node", space)] == ["p2", "p<1"]
    (edge,) = root.findall(".//g:edge", space)
    told = {one.get("key"): one.text for one in edge.findall("g:data", space)}
    assert (edge.get("source"), edge.get("target")) == ("p<1", "p2")
    assert (told["q_value"], told["contact"]) == ("0.01", "room")


def test_the_hiv_trace_network_points_to_its_nodes() -> None:
    told = json.loads(trace_json(BONDS, GROUPS))["trace_results"]
    (edge,) = told["Edges"]
    ends = {told["Nodes"][edge[side]]["id"] for side in ("source", "target")}
    assert ends == {"p<1", "p2"}
    assert edge["length"] == 0.002


def test_the_tree_by_hand() -> None:
    assert newick(["a", "b", "c d"], APART) == "('c d':4,(a:1,b:1):3);"
    assert newick([], np.zeros((0, 0))) == ";"
    assert newick(["one"], np.zeros((1, 1))) == "one;"


def test_the_auspice_tree_holds_every_sample_once() -> None:
    told = json.loads(auspice_json(["a", "b", "c"], APART, title="t", updated="2026-01-01"))
    names, nodes = [], [told["tree"]]
    while nodes:
        node = nodes.pop()
        nodes += node.get("children", [])
        names.append(node["name"])
    assert told["version"] == "v2"
    assert sorted(name for name in names if len(name) == 1) == ["a", "b", "c"]
    assert len(set(names)) == 5
