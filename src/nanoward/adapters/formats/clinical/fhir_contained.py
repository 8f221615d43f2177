"""Contained resources (HL7 FHIR R4, 2.3.0.4): used like the others, or told.

A laboratory report often carries its results inside itself. They are read as resources of
their own, about whom the report is about where they do not say; what stands in a report that
was entered in error does not count. A contained Patient is somebody only by a USUBJID.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nanoward.adapters.formats.clinical.fhir_node import (
    NO_RESOURCE,
    NO_SUBJECT,
    NOT_MEANT,
    Node,
)
from nanoward.adapters.formats.clinical.fhir_rows import VOID, WHOM

_SUBJECTS = ("subject", "patient", "individual")


def with_contained(nodes: Iterable[Node]) -> Iterator[Node]:
    """Each node with references into itself resolved, then what it contains."""
    for node in nodes:
        if "contained" not in node:
            yield node
            continue
        inside = [one for one in node.nodes("contained") if _is_usable(one)]
        names = {f"#{one.value.get('id')}": _name(node, one) for one in inside}
        yield _renamed(node, node.value, names)
        if node.value.get("status") in VOID:
            told = f"{len(inside)} resource(s) within it, by its status"
            node.add_finding(NOT_MEANT, told, "contained")
            continue
        for one in inside:
            yield _renamed(one, _as_own(node, one), names)


def _is_usable(node: Node) -> bool:
    kind = node.value.get("resourceType")
    if not isinstance(kind, str):
        node.add_finding(NO_RESOURCE, "there is no resource with a resourceType")
        return False
    if kind != "Patient" or is_named(node):
        return True
    node.add_finding(NO_SUBJECT, "a contained Patient without a USUBJID is nobody's record")
    return False


def is_named(patient: Node) -> bool:
    """Whether one of the identifiers is a USUBJID."""
    systems = [one.text("system") or "" for one in patient.nodes("identifier")]
    return any(one.lower().endswith("usubjid") for one in systems)


def _name(whole: Node, part: Node) -> str:
    """A reference to a contained resource that is unique in the document."""
    outer = whole.value.get("id", whole.row)
    return f"{part.value['resourceType']}/{outer}#{part.value.get('id', part.path)}"


def _as_own(whole: Node, part: Node) -> dict[str, Any]:
    """The part with an id of its own, its container's subject and what modifies that."""
    kind = str(part.value["resourceType"])
    value = {**part.value, "id": _name(whole, part).split("/", 1)[1]}
    if "modifierExtension" in whole:
        value["modifierExtension"] = whole.value["modifierExtension"]
    whom = WHOM.get(kind, "subject")
    outer = next((whole.value[name] for name in _SUBJECTS if name in whole), None)
    if kind != "Patient" and outer is not None:
        value.setdefault(whom, outer)
    return value


def _renamed(node: Node, value: Mapping[str, Any], names: Mapping[str, str]) -> Node:
    """The resource with every reference into its container as one of the document."""
    kept = {name: one for name, one in value.items() if name != "contained"}
    return Node(value=_resolved(kept, names), path=node.path, row=node.row, notes=node.notes)


def _resolved(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        found = {name: _resolved(one, names) for name, one in value.items()}
        told = found.get("reference")
        if isinstance(told, str) and told in names:
            found["reference"] = names[told]
        return found
    if isinstance(value, list):
        return [_resolved(one, names) for one in value]
    return value
