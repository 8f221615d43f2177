import io
import json
from datetime import date
from xml.etree import ElementTree as ET

import numpy as np
import polars as pl
import pytest
from Bio import Phylo

from nanoward.bonds.output.exports import (
    auspice_json,
    distance_csv,
    graphml,
    newick,
    trace_json,
)

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
    nodes = root.findall(".//g:node", space)
    assert [node.get("id") for node in nodes] == ["p2", "p3", "p<1"]
    assert [node.find("g:data[@key='cluster']", space) is None for node in nodes] == [
        False, True, False,
    ]  # fmt: skip
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
    assert edge["sequences"] == ["p<1", "p2"]  # where MicrobeTrace looks for the two ends
    assert told["Network Summary"] == {"Nodes": 3, "Edges": 1, "Clusters": 1}
    assert [one["cluster"] for one in told["Nodes"]] == [1, None, 1]


@pytest.mark.hazard("H-273")
def test_without_a_link_everybody_is_still_a_node() -> None:
    alone = BONDS.with_columns(linked=pl.lit(value=False))
    told = json.loads(trace_json(alone, {}))["trace_results"]
    assert told["Network Summary"] == {"Nodes": 3, "Edges": 0, "Clusters": 0}
    assert graphml(alone, {}).count("<node ") == 3


def test_an_edge_goes_from_the_giver_where_the_direction_is_told() -> None:
    for word, giver, directed in (
        ("a to b", "p<1", True), ("b to a", "p2", True), ("undecided", "p<1", False),
    ):  # fmt: skip
        told = json.loads(trace_json(BONDS.with_columns(direction=pl.lit(word)), GROUPS))
        (edge,) = told["trace_results"]["Edges"]
        assert (edge["sequences"][0], edge["directed"]) == (giver, directed)
        assert told["trace_results"]["Nodes"][edge["source"]]["id"] == giver


def test_days_and_directions_stand_on_the_edges_of_the_graph() -> None:
    dated = BONDS.with_columns(last_seen=pl.lit(date(2026, 3, 1)), direction=pl.lit("a to b"))
    text = graphml(dated, GROUPS)
    assert '<data key="last_seen">2026-03-01</data>' in text
    assert '<data key="direction">a to b</data>' in text
    keys = {one.get("id") for one in ET.fromstring(text) if one.tag.endswith("key")}
    used = {one.get("key") for one in ET.fromstring(text).iter() if one.get("key")}
    assert used <= keys


def test_the_tree_by_hand() -> None:
    assert newick(["a", "b", "c d"], APART) == "('c d':4,(a:1,b:1):3);"
    tree = Phylo.read(io.StringIO(newick(["a", "b", "c d"], APART)), "newick")
    assert [one.name for one in tree.get_terminals()] == ["c d", "a", "b"]
    assert tree.distance("a", "b") == 2
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


def test_the_auspice_data_set_keeps_to_what_its_schema_asks() -> None:
    """The properties that augur's schema-export-v2.json requires, and no others."""
    told = json.loads(
        auspice_json(["a b", "c"], APART[:2, :2], title="t", updated="2026-01-01")
    )
    assert set(told) == {"version", "meta", "tree"}
    assert set(told["meta"]) >= {"updated", "panels"}
    assert told["meta"]["panels"] == ["tree"]
    nodes = [told["tree"], *told["tree"]["children"]]
    assert all(set(one) <= {"name", "node_attrs", "children"} for one in nodes)
    assert all(isinstance(one["node_attrs"]["div"], float) for one in nodes)
    assert all(" " not in one["name"] for one in nodes)


@pytest.mark.hazard("H-196")
def test_distances_are_numbers_and_no_name_is_a_formula() -> None:
    bonds = BONDS.with_columns(sample_a=pl.lit("=cmd()"), sample_b=pl.lit("-7"))
    first = distance_csv(bonds).splitlines()[1].split(",")
    assert first[:2] == ["'=cmd()", "-7"]
    assert float(first[2]) >= 0
