"""Incidents shared with a partner: signed reports out, and what they report in, as a claim."""

import json
from collections.abc import Mapping
from typing import Any

from nanoward.base.canonical import canonical_json
from nanoward.base.entries import SituationReported, kind_of
from nanoward.base.errors import InputError, IntegrityError
from nanoward.flows.watch.keep_incidents import incident_named, plan_of
from nanoward.ports.designs import Signatures
from nanoward.ports.ports import Ports
from nanoward.watch.incidents.incident import GRADES

DOMAIN = b"nanoward watch situation report v1\0"
_FIELDS = ("from", "incident", "cause", "title", "state", "by", "grade", "text", "tasks")


class BadReportError(InputError):
    """A file is no situation report."""

    code = "WCH-016"
    next_step = "Ask the partner for the file that `nanoward watch report --export` wrote."


class ReportNotSignedError(IntegrityError):
    """A situation report is signed by nobody whom the plan names."""

    code = "WCH-017"
    next_step = "Do not use it; ask the partner, and compare keys with [watch.partners]."


def exported_report(
    ports: Ports,
    name: str,
    *,
    by: str,
    grade: str,
    text: str,
    private: str,
    signatures: Signatures,
) -> str:
    """A signed situation report as JSON: state, tasks and readiness of our side."""
    incident = incident_named(ports, name)
    body = {
        "from": ports.folder.plan().name,
        "incident": incident.name,
        "cause": incident.opened.cause,
        "title": incident.opened.title,
        "state": incident.state,
        "by": by,
        "grade": grade,
        "text": text,
        "tasks": [
            {"task": one.task, "room": one.room, "action": one.action, "state": one.state}
            for one in incident.tasks
        ],
    }
    key, signature = signatures.sign(private, _message(body))
    return json.dumps({**body, "key": key, "signature": signature}, indent=1, sort_keys=True)


def _message(body: Mapping[str, Any]) -> bytes:
    return DOMAIN + canonical_json(dict(body)).encode()


def import_report(
    ports: Ports, name: str, content: str, signatures: Signatures, *, file: str = ""
) -> SituationReported:
    """A partner's report, for one of our incidents; once, however often it is given."""
    incident = incident_named(ports, name)
    body, key, signature = _parsed(content, file)
    partners = plan_of(ports).partners
    side = next((one for one, own in partners.items() if own.lower() == key.lower()), None)
    if side is None or not signatures.verify(key, _message(body), signature):
        raise ReportNotSignedError(
            "its signature is of nobody in [watch.partners], or is wrong"
        )
    tasks = "; ".join(f"{one['action']}: {one['state']}" for one in body["tasks"])
    entry = SituationReported(
        incident=incident.name,
        side=side,
        by=str(body["by"]),
        grade=str(body["grade"]),
        text=f"{body['text']} [{body['state']}; {tasks or 'no tasks'}]",
        key=key,
        signature=signature,
    )
    known = {
        one.body["signature"] for one in ports.ledger.records(kind=kind_of(SituationReported))
    }
    if signature not in known:
        ports.ledger.append([entry], actor=side, at=ports.clock.now())
    return entry


def _parsed(content: str, file: str) -> tuple[dict[str, Any], str, str]:
    try:
        table = json.loads(content)
    except ValueError as fault:
        raise BadReportError(f"this is no JSON: {fault}", file=file) from fault
    if not isinstance(table, dict) or set(table) != {*_FIELDS, "key", "signature"}:
        raise BadReportError("its fields are not those of a situation report", file=file)
    body = {name: table[name] for name in _FIELDS}
    if body["grade"] not in GRADES:
        raise BadReportError(f"its grade {body['grade']!r} is none of {GRADES}", file=file)
    tasks = body["tasks"]
    whole = isinstance(tasks, list) and all(
        isinstance(one, dict) and {"action", "state"} <= set(one) for one in tasks
    )
    if not whole:
        raise BadReportError("its tasks are no list of tasks", file=file)
    return body, str(table["key"]), str(table["signature"])
