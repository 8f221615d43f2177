"""Partners in the round: what each claimed, what was audited, how it stands, who is silent."""

from typing import Any

import polars as pl

from nanoward.base.findings import Finding
from nanoward.base.plan import Plan
from nanoward.base.tables import PARTNER_CLAIMS
from nanoward.flows.audit.answer_judgement import standing_verdict
from nanoward.flows.audit.claim_book import ClaimBook, read_book
from nanoward.flows.audit.take_claims import silences
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.maths.frames import frame_of
from nanoward.ports.ports import Ports

_SEVERE = {"pattern": "AUD-042", "contradiction": "AUD-043"}


def audit_round(ports: Ports, plan: Plan) -> Outcome:
    """Table `partner_claims` and findings; empty without an [audit]."""
    if "audit" not in plan.sections:
        return Outcome()
    book = read_book(ports)
    rows = partner_rows(book)
    return Outcome(
        tables={"partner_claims": partner_table(rows)},
        findings=(*silences(ports, book), *_standing(book)),
        facts={
            "partners": len(book.plan.partners),
            "claims received": len(book.claims),
            "envelopes refused": len(book.refused),
            "chance of a false pattern in a partner-year, at most": book.plan.alpha,
            "judgements appealed and not decided": len(set(book.appeals) - set(book.decisions)),
        },
    )


def partner_table(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """The rows in the shape PARTNER_CLAIMS."""
    return frame_of(PARTNER_CLAIMS, rows)


def partner_rows(book: ClaimBook) -> list[dict[str, Any]]:
    """A row for each partner and type that was claimed, expected or judged."""
    latest: dict[tuple[str, str], Any] = {}
    for name, body in book.judgements.items():
        latest[body["partner"], body["type"]] = (name, body)
    claimed: dict[tuple[str, str], int] = {}
    for one in book.claims:
        key = (one.claim.partner, one.claim.type)
        claimed[key] = claimed.get(key, 0) + 1
    owed: dict[tuple[str, str], int] = {}
    for due in book.expected:
        owed[due.partner, due.type] = owed.get((due.partner, due.type), 0) + 1
    return [
        _row(book, key, claimed.get(key, 0), owed.get(key, 0), latest.get(key))
        for key in sorted({*claimed, *owed, *latest})
    ]


def _row(
    book: ClaimBook, key: tuple[str, str], claims: int, owed: int, judged: Any
) -> dict[str, Any]:
    partner, kind = key
    name, body = str(judged[0]) if judged else "", _body(judged)
    answers = book.answers.get(name, [])
    return {
        "partner": partner,
        "type": kind,
        "claims": claims,
        "expected": owed,
        "audited": body.get("audited", 0),
        "differing": body.get("differing", 0),
        "missing": body.get("missing", 0),
        "after_reveal": body.get("after_reveal", 0),
        "verdict": standing_verdict(book, name) if name else "not audited",
        "direction": body.get("direction", ""),
        "evidence": body.get("e_value"),
        "threshold": body.get("threshold"),
        "seen_from": body.get("seen_from"),
        "told": body.get("told", "nothing of it was measured again"),
        "answer": answers[-1]["words"] if answers else "",
        "appeal": book.decisions.get(name, {}).get(
            "outcome", "open" if name in book.appeals else ""
        ),
    }


def _body(judged: Any) -> dict[str, Any]:
    return dict(judged[1]) if judged else {}


def _standing(book: ClaimBook) -> list[Finding]:
    """Patterns and contradictions that stand, until an appeal overturns them."""
    return [
        Finding(
            code=_SEVERE[verdict],
            severity="warning",
            message=f"{body['partner']}: {verdict} in {body['type']}: {body['told']}",
            next_step="Read the evidence and the partner's answer; decide in the council",
            subject=str(body["partner"]),
            column=str(body["type"]),
        )
        for name, body in sorted(book.judgements.items())
        if (verdict := standing_verdict(book, name)) in _SEVERE
    ]
