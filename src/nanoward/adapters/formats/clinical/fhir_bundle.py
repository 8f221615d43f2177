"""A FHIR R4 Bundle, one resource, or lines of resources (NDJSON), as tables of SDTM domains.

USUBJID is the identifier of the person's ResearchSubject, else an identifier of the Patient
whose system ends in "usubjid", else the Patient's id. Tables have the column `line`: the
number of the entry. A problem's place in the JSON stands in the finding's `column`.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any, NoReturn

import polars as pl

from nanoward.adapters.formats.clinical.fhir_consents import consent, with_ends
from nanoward.adapters.formats.clinical.fhir_contained import with_contained
from nanoward.adapters.formats.clinical.fhir_elements import account_of
from nanoward.adapters.formats.clinical.fhir_node import (
    DOUBLE_NAME,
    NO_FHIR,
    NO_RESOURCE,
    NO_SUBJECT,
    SEVERAL,
    TWICE,
    UNUSED,
    Node,
    Notes,
)
from nanoward.adapters.formats.clinical.fhir_observations import Demographics, observation
from nanoward.adapters.formats.clinical.fhir_rows import ROWS, WHOM
from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.text.plain_text import unpacked
from nanoward.ports.formats import ParsedTable

KINDS: Mapping[str, Mapping[str, pl.DataType]] = {
    "AE": {"AESEQ": pl.Float64()},
    "DM": {},
    "DS": {"DSSEQ": pl.Float64()},
    "EG": {"EGSEQ": pl.Float64(), "EGSTRESN": pl.Float64()},
    "EX": {"EXSEQ": pl.Float64(), "EXDOSE": pl.Float64()},
    "LB": {
        "LBSEQ": pl.Float64(),
        **dict.fromkeys(("LBSTRESN", "LBSTNRLO", "LBSTNRHI"), pl.Float64()),
    },
    "QS": {"QSSEQ": pl.Float64(), "QSSTRESN": pl.Float64()},
    "SV": {"VISITNUM": pl.Float64()},
    "VS": {"VSSEQ": pl.Float64(), "VSSTRESN": pl.Float64()},
}
_DM = ("USUBJID", "SEX", "BRTHDTC", "DTHDTC", "DTHFL", "ARM", "RFSTDTC", "RFICDTC")


def read_bundle(path: str, content: bytes) -> dict[str, ParsedTable]:
    """Tables by role (sdtm.DM, sdtm.LB ...); every problem stands with the first of them.

    A document without any resource that is used gives sdtm.DM without rows.
    """
    remarks, notes = Remarks(path), Notes(path)
    data, _ = unpacked(path, content, remarks)
    nodes = list(with_contained(_without_doubles(_resources(path, data, notes), notes)))
    rows: dict[str, list[dict[str, Any]]] = {"DM": []}
    names = _names(nodes)
    people, studies = _people(nodes, names), _studies(nodes, names)
    for node in nodes:
        kind = str(node.value["resourceType"])
        who = _whom(node, kind, names) if kind in ROWS else None
        if who is None:
            continue
        for domain, row in _rows(node, kind, who, people, studies):
            rows.setdefault(domain, []).append({**row, "line": node.row})
    if "DS" in rows:
        rows["DS"] = with_ends(rows["DS"])
    _report_unused(nodes, notes)
    account = account_of(nodes, notes)
    tables = {f"sdtm.{name}": _table(name, some) for name, some in sorted(rows.items())}
    told = (*remarks.findings(), *notes.findings())
    first = min(tables)
    return {
        role: ParsedTable(
            table=table,
            findings=told if role == first else (),
            account=account if role == first else (),
        )
        for role, table in tables.items()
    }


def _rows(
    node: Node,
    kind: str,
    who: str,
    people: Mapping[str, Demographics],
    studies: Mapping[str, frozenset[str]],
) -> Iterator[tuple[str, dict[str, Any]]]:
    if kind == "Observation":
        return observation(node, who, people.get(who, Demographics()))
    if kind == "Consent":
        return consent(node, who, studies.get(who, frozenset()))
    return ROWS[kind](node, who)


def _people(nodes: list[Node], names: Mapping[str, str]) -> dict[str, Demographics]:
    """Sex and birth of everybody; of a Patient that comes twice the first that tells them."""
    found: dict[str, Demographics] = {}
    for node in nodes:
        value = node.value
        if value["resourceType"] == "Patient":
            who = names.get(f"Patient/{value.get('id')}", str(value.get("id")))
            sex = {"male": "M", "female": "F"}.get(str(value.get("gender")), "")
            found.setdefault(who, Demographics(sex=sex, birth=str(value.get("birthDate", ""))))
    return found


def _studies(nodes: list[Node], names: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """References of the studies that each person is a subject of."""
    found: dict[str, set[str]] = {}
    for node in nodes:
        if node.value["resourceType"] == "ResearchSubject":
            whom, study = node.value.get("individual"), node.value.get("study")
            reference = str(whom.get("reference", "")) if isinstance(whom, dict) else ""
            told = str(study.get("reference", "")) if isinstance(study, dict) else ""
            who = names.get(reference, reference.removeprefix("Patient/"))
            if "ResearchStudy/" in told:
                found.setdefault(who, set()).add(told[told.index("ResearchStudy/") :])
    return {who: frozenset(some) for who, some in found.items()}


def _resources(path: str, data: bytes, notes: Notes) -> Iterator[Node]:
    if PurePosixPath(path.lower().removesuffix(".gz")).suffix == ".ndjson":
        for number, line in enumerate(data.splitlines(), 1):
            if line.strip():
                found = _json(line, notes, number)
                yield from _resource(found, "", number, notes) if found is not None else ()
        return
    found = _json(data, notes, None)
    if found is None:
        return
    if not isinstance(found, dict) or not isinstance(found.get("resourceType"), str):
        notes.add(NO_FHIR, "this JSON is no FHIR resource")
    elif found["resourceType"] != "Bundle":
        yield from _resource(found, "", 1, notes)
    else:
        yield from _entries(Node(value=found, path="", row=1, notes=notes))


def _entries(bundle: Node) -> Iterator[Node]:
    if "entry" not in bundle:
        bundle.add_finding(NO_FHIR, "the bundle has no entries", "entry")
    for number, entry in enumerate(bundle.nodes("entry"), 1):
        found = entry.value.get("resource")
        for node in _resource(found, f"{entry.path}.resource", number, bundle.notes):
            url = entry.value.get("fullUrl")
            value = dict(node.value) | ({"fullUrl": url} if isinstance(url, str) else {})
            yield Node(value=value, path=node.path, row=number, notes=node.notes)


def _resource(found: Any, path: str, row: int, notes: Notes) -> Iterator[Node]:
    if isinstance(found, dict) and isinstance(found.get("resourceType"), str):
        twice = next(_names_twice(found), None)
        if twice is not None:
            notes.add(DOUBLE_NAME, f"the name {twice!r} stands twice", path=path, row=row)
            return
        yield Node(value=found, path=path, row=row, notes=notes)
        return
    notes.add(NO_RESOURCE, "there is no resource with a resourceType", path=path, row=row)


_TWICE = "\u0000twice"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; a name that stands in it twice is marked (in FHIR names are unique)."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        found[_TWICE] = next(name for name in names if names.count(name) > 1)
    return found


def _names_twice(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if _TWICE in value:
            yield str(value[_TWICE])
        for one in value.values():
            yield from _names_twice(one)
    elif isinstance(value, list):
        for one in value:
            yield from _names_twice(one)


def _json(data: bytes, notes: Notes, row: int | None) -> Any:
    try:
        found = json.loads(
            data.decode("utf-8-sig"), parse_constant=_refused, object_pairs_hook=_object
        )
        if b"\\ud" in data.lower():  # a lone surrogate is no text
            json.dumps(found, ensure_ascii=False).encode()
    except json.JSONDecodeError as fault:
        place = f"line {row or fault.lineno}, column {fault.colno}"
        notes.add(NO_FHIR, f"is no JSON: {fault.msg}", path=place, row=row or fault.lineno)
    except (UnicodeError, ValueError, RecursionError) as fault:
        notes.add(NO_FHIR, f"is no JSON: {type(fault).__name__}", row=row)
    else:
        return found
    return None


def _refused(name: str) -> NoReturn:
    raise ValueError(name)  # NaN and Infinity are no JSON


def _without_doubles(nodes: Iterator[Node], notes: Notes) -> Iterator[Node]:
    """The latest version of each resource; all of them where nothing tells which is latest."""
    kept: dict[tuple[str, str], list[Node]] = {}
    for place, node in enumerate(nodes):
        ident = node.value.get("id")
        key = (
            str(node.value["resourceType"]),
            ident if isinstance(ident, str) else f"#{place}",
        )
        kept.setdefault(key, []).append(node)
    for (kind, ident), versions in kept.items():
        if len(versions) == 1 or all(_same(versions[0], one) for one in versions[1:]):
            yield versions[0]
            continue
        latest = max(versions, key=_version)
        if sum(_version(one) == _version(latest) for one in versions) > 1:
            told = f"{kind}/{ident} comes {len(versions)} times, and nothing tells the latest"
            notes.add(SEVERAL, told, path=latest.path, row=latest.row)
            yield from versions
            continue
        told = f"{kind}/{ident} comes {len(versions)} times; its latest version is used"
        notes.add(TWICE, told, path=latest.path, row=latest.row)
        yield latest


def _same(one: Node, other: Node) -> bool:
    return {**one.value, "fullUrl": ""} == {**other.value, "fullUrl": ""}


def _version(node: Node) -> tuple[str, int]:
    """When a version was made (UTC, as text), and its number."""
    meta = node.value.get("meta")
    told = meta if isinstance(meta, dict) else {}
    number = str(told.get("versionId", ""))
    made = str(told.get("lastUpdated", ""))
    try:
        made = datetime.fromisoformat(made).astimezone(UTC).isoformat()
    except ValueError:
        made = ""
    return made, int(number) if number.isdigit() else 0


def _names(nodes: list[Node]) -> dict[str, str]:
    """Reference of a Patient (Patient/ID, or an entry's full URL) to the USUBJID."""
    names: dict[str, str] = {}
    for node in nodes:
        if node.value["resourceType"] == "Patient":
            told = [
                one.text("value")
                for one in node.nodes("identifier")
                if (one.text("system") or "").lower().endswith("usubjid")
            ]
            ident = node.text("id")
            name = next((one for one in told if one), ident)
            for reference in (f"Patient/{ident}" if ident else None, node.text("fullUrl")):
                if reference and name:
                    names[reference] = name
    for node in nodes:
        if node.value["resourceType"] == "ResearchSubject":
            reference = _reference(node, "individual")
            study = next((one.text("value") for one in node.nodes("identifier")), None)
            if study and reference:
                same = names.get(reference)
                names |= {one: study for one, name in names.items() if name == same}
                names[reference] = study
    return names


def _reference(node: Node, name: str) -> str | None:
    whom = node.node(name)
    told = whom.text("reference") if whom else None
    if told is None:
        return None
    parts = told.split("/_history")[0].split("/")
    return told if told.startswith("urn:") or len(parts) < 2 else "/".join(parts[-2:])


def _whom(node: Node, kind: str, names: Mapping[str, str]) -> str | None:
    if kind == "Patient":
        ident = node.text("id")
        told = f"Patient/{ident}" if ident else node.text("fullUrl")
        field = "id"
    else:
        field = WHOM.get(kind, "subject")
        told = _reference(node, field)
    if told in names:
        return names[str(told)]
    if told is not None and told.startswith("Patient/") and len(told) > len("Patient/"):
        return told.removeprefix("Patient/")
    node.add_finding(
        NO_SUBJECT, f"{told!r} is no Patient that is known" if told else "nobody", field
    )
    return None


def _report_unused(nodes: list[Node], notes: Notes) -> None:
    kinds = Counter(str(node.value["resourceType"]) for node in nodes)
    for kind, count in sorted(kinds.items()):
        if kind not in ROWS:
            notes.add(UNUSED, f"{count} resource(s) of type {kind}")


def _table(domain: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """The rows of a domain, numbered within each person; DM has one row for each."""
    names = dict.fromkeys(name for row in rows for name in row)
    if domain == "DM":
        names |= dict.fromkeys((*_DM, "line"))
    kinds = {name: KINDS[domain].get(name, pl.String()) for name in names} | {
        "line": pl.Int64()
    }
    table = pl.DataFrame(rows, schema=kinds).with_columns(DOMAIN=pl.lit(domain))
    if domain == "DM":
        kept = [pl.col(one).drop_nulls().first() for one in names if one != "USUBJID"]
        return table.group_by("USUBJID", "DOMAIN", maintain_order=True).agg(kept)
    number = f"{domain}SEQ"
    if number not in KINDS[domain]:
        return table
    return table.with_columns(
        pl.int_range(1, pl.len() + 1).over("USUBJID").cast(pl.Float64).alias(number)
    )
