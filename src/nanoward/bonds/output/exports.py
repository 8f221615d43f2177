"""Bonds for other programs: GraphML, HIV-TRACE JSON (MicrobeTrace), Auspice, Newick, CSV."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
import polars as pl
from jaxtyping import Float

from nanoward.bonds.output.metadata import NodeMetadata, decimal_year
from nanoward.maths.genetics.parsimony import average_tree
from nanoward.maths.spreadsheet_cells import safe_table

Tree = dict[str, Any]
_EDGE = (
    ("score", "double"),
    ("p_value", "double"),
    ("q_value", "double"),
    ("differing", "double"),
    ("shared", "int"),
    ("contact", "string"),
    ("stratum", "string"),
    ("direction", "string"),
    ("p_direction", "double"),
    ("stability", "double"),
    ("contact_hours", "double"),
    ("first_possible", "string"),
    ("last_seen", "string"),
    ("alarm", "string"),
)


def distance_csv(bonds: pl.DataFrame) -> str:
    """All compared pairs as tn93 writes them: ID1, ID2, differences per site."""
    told = bonds.filter((pl.col("compared") > 0) & pl.col("differing").is_not_null())
    rows = told.sort("a", "b", "stratum").select(
        ID1="sample_a", ID2="sample_b", Distance=pl.col("differing") / pl.col("compared")
    )
    return safe_table(rows).write_csv(float_precision=8)


def graphml(
    bonds: pl.DataFrame, cluster_of: Mapping[str, int], known: NodeMetadata | None = None
) -> str:
    """Links as an undirected GraphML graph, with the evidence on each edge.

    Everybody who was compared is a node: whoever is linked to nobody has no cluster.
    known  of the people: every column of the samples, and the day of the sample
    """
    linked = bonds.filter(pl.col("linked")).sort("a", "b", "stratum")
    groups = {name: cluster_of.get(name) for name in everybody(bonds)}
    lines = _graphml_lines(linked.to_dicts(), groups, known or NodeMetadata())
    return "\n".join(lines) + "\n"


def everybody(bonds: pl.DataFrame) -> list[str]:
    """Names of all people compared, linked or not, in order."""
    return sorted({*bonds["a"], *bonds["b"]})


def _graphml_lines(
    rows: Sequence[Mapping[str, Any]],
    cluster_of: Mapping[str, int | None],
    known: NodeMetadata,
) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    yield '<key id="cluster" for="node" attr.name="cluster" attr.type="int"/>'
    if known.people:
        yield '<key id="n_taken" for="node" attr.name="taken" attr.type="string"/>'
        yield '<key id="n_sample" for="node" attr.name="sample" attr.type="string"/>'
    for place, (name, is_number) in enumerate(known.columns.items()):
        kind = "double" if is_number else "string"
        title = quoteattr(name)
        yield f'<key id="n{place}" for="node" attr.name={title} attr.type="{kind}"/>'
    for name, kind in _EDGE:
        yield f'<key id="{name}" for="edge" attr.name="{name}" attr.type="{kind}"/>'
    yield '<graph id="bonds" edgedefault="undirected">'
    for name, group in cluster_of.items():
        own = "" if group is None else _data("cluster", group)
        told = own + _node_data(name, known)
        yield f"<node id={quoteattr(name)}>{told}</node>"
    for row in rows:
        ends = f"source={quoteattr(row['a'])} target={quoteattr(row['b'])}"
        told = "".join(_data(name, row[name]) for name, _ in _EDGE if row.get(name) is not None)
        yield f"<edge {ends}>{told}</edge>"
    yield "</graph>"
    yield "</graphml>"


def _node_data(name: str, known: NodeMetadata) -> str:
    own = known.people.get(name, {})
    parts = [_data(f"n{at}", own[key]) for at, key in enumerate(known.columns) if key in own]
    if name in known.taken:
        parts.insert(0, _data("n_taken", known.taken[name].isoformat()))
    if "sample" in own:
        parts.append(_data("n_sample", own["sample"]))
    return "".join(parts)


def _data(key: str, value: object) -> str:
    text = quoteattr(str(value))[1:-1]
    return f'<data key="{key}">{text}</data>'


def trace_json(
    bonds: pl.DataFrame, cluster_of: Mapping[str, int], known: NodeMetadata | None = None
) -> str:
    """A network as HIV-TRACE writes it, which MicrobeTrace opens.

    Everybody who was compared is a node: whoever is linked to nobody has no cluster (null).

    MicrobeTrace looks for the ends of an edge in `sequences`, HIV-TRACE's own viewer in the
    places `source` and `target`; an edge whose direction is told goes that way.
    known  of the people, written as hivnetworkannotate writes it: `patient_attributes`
    """
    told = known or NodeMetadata()
    names = everybody(bonds)
    place = {name: number for number, name in enumerate(names)}
    linked = bonds.filter(pl.col("linked")).sort("a", "b", "stratum").to_dicts()
    edges = [
        {
            "source": place[ends[0]],
            "target": place[ends[1]],
            "sequences": list(ends),
            "directed": row.get("direction") in ("a to b", "b to a"),
            "removed": False,
            "attributes": [],
            "length": row["differing"] / row["compared"],
            "q_value": row["q_value"],
            "contact": row["contact"],
        }
        for row in linked
        for ends in [_ends(row)]
    ]
    nodes: list[dict[str, Any]] = [
        {
            "id": name,
            "cluster": cluster_of.get(name),
            "attributes": [],
            "patient_attributes": _attributes(name, told)
            | ({"cluster": cluster_of[name]} if name in cluster_of else {}),
        }
        for name in names
    ]
    summary = {
        "Nodes": len(nodes), "Edges": len(edges), "Clusters": len(set(cluster_of.values())),
    }  # fmt: skip
    found = {
        "Network Summary": summary,
        "Nodes": nodes,
        "Edges": edges,
        "patient_attribute_schema": _schema(told),
    }
    return json.dumps({"trace_results": found}, indent=1)


def _attributes(name: str, known: NodeMetadata) -> dict[str, Any]:
    own = dict(known.people.get(name, {}))
    own.pop("cluster", None)
    return ({"taken": known.taken[name].isoformat()} if name in known.taken else {}) | own


def _schema(known: NodeMetadata) -> dict[str, dict[str, str]]:
    kinds = {"taken": "Date", "sample": "String", "cluster": "Number"}
    kinds |= {name: "Number" if one else "String" for name, one in known.columns.items()}
    return {
        name: {"name": name, "label": name.replace("_", " "), "type": kind}
        for name, kind in kinds.items()
    }


def _ends(row: Mapping[str, Any]) -> tuple[str, str]:
    """Both people, the giver first where the direction is told."""
    if row.get("direction") == "b to a":
        return row["b"], row["a"]
    return row["a"], row["b"]


def newick(names: Sequence[str], apart: Float[np.ndarray, "S S"]) -> str:
    """Average-linkage tree of samples by their differences; branch lengths in differences."""
    return f"{_newick(_tree(names, apart), 0.0)};" if names else ";"


def auspice_json(
    names: Sequence[str],
    apart: Float[np.ndarray, "S S"],
    *,
    title: str,
    updated: str,
    known: NodeMetadata | None = None,
) -> str:
    """The same tree as an Auspice data set (schema v2, whose names hold no spaces).

    updated  day of the data, YYYY-MM-DD
    known    of the samples: colours and filters for every column, the cluster and the day
    """
    told = known or NodeMetadata()
    meta = {
        "title": title,
        "updated": updated,
        "panels": ["tree"],
        "colorings": _colorings(told),
        "filters": ["cluster", *(name for name, one in told.columns.items() if not one)],
        "display_defaults": {"distance_measure": "div"},
    }
    tree = _auspice(_tree(names, apart), [0], told) if names else {}
    return json.dumps({"version": "v2", "meta": meta, "tree": tree}, indent=1)


def _colorings(known: NodeMetadata) -> list[dict[str, str]]:
    dated = [{"key": "num_date", "title": "Day", "type": "temporal"}] if known.taken else []
    own = [
        {"key": name, "title": name.replace("_", " "),
         "type": "continuous" if is_number else "categorical"}
        for name, is_number in known.columns.items()
    ]  # fmt: skip
    return [{"key": "cluster", "title": "Cluster", "type": "categorical"}, *dated, *own]


def _tree(names: Sequence[str], apart: Float[np.ndarray, "S S"]) -> Tree:
    nodes: list[Tree] = [{"name": name, "height": 0.0, "below": []} for name in names]
    inside = [np.array([k]) for k in range(len(names))]
    for left, right in average_tree(apart).tolist():
        height = float(apart[np.ix_(inside[left], inside[right])].mean()) / 2
        height = max(height, nodes[left]["height"], nodes[right]["height"])
        nodes.append({"name": "", "height": height, "below": [nodes[left], nodes[right]]})
        inside.append(np.concatenate([inside[left], inside[right]]))
    return nodes[-1]


def _newick(node: Tree, above: float) -> str:
    length = f":{above - node['height']:.6g}" if above else ""
    if not node["below"]:
        return f"{_quoted(node['name'])}{length}"
    return f"({','.join(_newick(one, node['height']) for one in node['below'])}){length}"


def _auspice(
    node: Tree, count: list[int], known: NodeMetadata, top: float | None = None
) -> Tree:
    top = node["height"] if top is None else top
    count[0] += 1
    attributes: Tree = {"div": top - node["height"]}
    for name, value in known.samples.get(node["name"], {}).items():
        attributes[name] = {"value": str(value) if name == "cluster" else value}
    if node["name"] in known.taken:
        attributes["num_date"] = {"value": round(decimal_year(known.taken[node["name"]]), 4)}
    answer: Tree = {
        "name": "_".join(node["name"].split()) or f"NODE_{count[0]:07d}",
        "node_attrs": attributes,
    }
    if node["below"]:
        answer["children"] = [_auspice(one, count, known, top) for one in node["below"]]
    return answer


def _quoted(name: str) -> str:
    plain = all(letter.isalnum() or letter in "_.-" for letter in name)
    return name if plain else "'" + name.replace("'", "''") + "'"
