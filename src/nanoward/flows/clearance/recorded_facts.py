"""Consents, assessments and pregnancies on the ledger, as rows beside those of SDTM files.

What a person said to the console counts as much as what stands in a file, so a round decides
by both. Nothing of a file is changed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from nanoward.base.entries import (
    KINDS,
    AssessmentRecorded,
    ConsentDocumentIssued,
    ConsentSigned,
    ConsentWithdrawn,
    entry_of,
    kind_of,
)
from nanoward.base.entries.pregnancies import (
    PregnancyContactMade,
    PregnancyEnded,
    PregnancyReported,
)
from nanoward.clearance.consent.consent_state import Consent, consent_after
from nanoward.clearance.standing.pregnancy_tests import CASE, CASE_CLOSED, CASE_OPEN
from nanoward.clearance.standing.series import URGENT
from nanoward.flows.consent.read_consent import clearance_entries
from nanoward.ports.ledger import Ledger
from nanoward.programme.pregnancies.cases import PARTICIPANT, pregnancy_register

_DS = {"USUBJID": pl.String, "DSDECOD": pl.String, "DSCAT": pl.String, "DSSTDTC": pl.String}
_QS = {
    "USUBJID": pl.String,
    "QSTESTCD": pl.String,
    "QSSTRESN": pl.Float64,
    "QSDTC": pl.String,
}


_RP = {
    "USUBJID": pl.String,
    "RPTESTCD": pl.String,
    "RPSTRESC": pl.String,
    "RPREFID": pl.String,
    "RPDTC": pl.String,
}


def recorded_domains(ledger: Ledger) -> dict[str, pl.DataFrame]:
    """DS, QS and RP rows of what is on the ledger; a domain without any is left out.

    Taking back one use of data is no disposition; leaving is.
    """
    people: dict[str, Consent] = {}
    document: ConsentDocumentIssued | None = None
    ds: list[dict[str, object]] = []
    qs: list[dict[str, object]] = []
    for entry in clearance_entries(ledger):
        match entry:
            case ConsentDocumentIssued():
                document = entry
            case ConsentSigned() | ConsentWithdrawn():
                who = entry.participant
                before = people.get(who, Consent(participant=who))
                people[who] = consent_after(replace(before, document=document), entry)
                ds += _disposition(entry, people[who])
            case AssessmentRecorded():
                qs += _answers(entry)
            case _:
                pass
    found = {
        "DS": pl.DataFrame(ds, schema=_DS),
        "QS": pl.DataFrame(qs, schema=_QS),
        "RP": pl.DataFrame(list(_pregnancies(ledger)), schema=_RP),
    }
    return {name: table for name, table in found.items() if table.height}


def _pregnancies(ledger: Ledger) -> Iterator[dict[str, object]]:
    """The opening of each participant's case, and its end once every outcome is known."""
    kinds = [kind_of(one) for one in (PregnancyReported, PregnancyContactMade, PregnancyEnded)]
    if next(ledger.records(kind=kinds[0]), None) is None:
        return
    found = [one for kind in kinds for one in ledger.records(kind=kind)]
    found.sort(key=lambda one: one.seq)
    entries = [entry_of(one.kind, one.body, KINDS) for one in found]
    for known in pregnancy_register(entries).cases.values():
        if known.relation != PARTICIPANT:
            continue
        row = {"USUBJID": known.participant, "RPTESTCD": CASE, "RPREFID": known.case}
        yield {**row, "RPSTRESC": CASE_OPEN, "RPDTC": known.reported.isoformat()}
        if known.ended is not None:
            ended = max(known.ended, known.reported)
            yield {**row, "RPSTRESC": CASE_CLOSED, "RPDTC": ended.isoformat()}


def with_recorded(
    domains: Mapping[str, pl.DataFrame], recorded: Mapping[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """The domains with the recorded rows behind their own."""
    joined = dict(domains)
    for name, table in recorded.items():
        parts = [joined[name], table] if name in joined else [table]
        joined[name] = pl.concat(parts, how="diagonal_relaxed")
    return joined


def _disposition(
    entry: ConsentSigned | ConsentWithdrawn, after: Consent
) -> list[dict[str, object]]:
    if isinstance(entry, ConsentSigned):
        what, kind, day = "INFORMED CONSENT OBTAINED", "PROTOCOL MILESTONE", entry.signed
    elif after.withdrawn is not None:
        what, kind, day = "CONSENT WITHDRAWN", "DISPOSITION EVENT", entry.withdrawn
    else:
        return []
    row = {"USUBJID": entry.participant, "DSDECOD": what, "DSCAT": kind}
    return [{**row, "DSSTDTC": day.isoformat()}]


def _answers(entry: AssessmentRecorded) -> list[dict[str, object]]:
    row = {"USUBJID": entry.participant, "QSDTC": entry.assessed.isoformat()}
    total: dict[str, object] = {
        **row,
        "QSTESTCD": f"{entry.instrument}TOT",
        "QSSTRESN": entry.score,
    }
    danger: dict[str, object] = {
        **row,
        "QSTESTCD": f"{entry.instrument}{URGENT}",
        "QSSTRESN": float(entry.urgent),
    }
    return [total, danger]
