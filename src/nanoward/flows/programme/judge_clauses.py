"""Clauses by themselves, each judged as part of a whole agreement with weekly pay."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from nanoward.base.errors import InputError
from nanoward.programme.agreements.exit_paths import WEEKS
from nanoward.programme.agreements.forbidden import ParagraphTerm, violations
from nanoward.programme.agreements.terms import read_term


def judge_clauses(
    clauses: Iterable[Mapping[str, Any]],
    *,
    base: str,
    currency: str,
    most: Fraction,
    weeks: int = WEEKS,
) -> list[dict[str, Any]]:
    """id, verdict (permitted, forbidden, not understood), rules and why of each clause.

    base  pay for each weekly visit, beside which a clause stands unless it replaces the base
    """
    pay = read_term({"kind": "pay", "per": "visit", "amount": base, "when": "weekly"}, currency)
    rows = []
    for number, one in enumerate(clauses, 1):
        name = str(one.get("id", number))
        try:
            read = [read_term(term, currency) for term in one.get("terms", [])]
            fault = "" if read else "the clause carries no term"
        except InputError as wrong:
            read, fault = [], wrong.what
        if fault:
            rows.append({"id": name, "verdict": "not understood", "rules": [], "why": fault})
            continue
        said = [] if one.get("replaces_base") else [ParagraphTerm(paragraph="base", term=pay)]
        said += [ParagraphTerm(paragraph=name, term=term) for term in read]
        found = violations(said, weeks=weeks, most=most)
        rows.append(
            {
                "id": name,
                "verdict": "forbidden" if found else "permitted",
                "rules": list(dict.fromkeys(broken.rule for broken in found)),
                "why": "; ".join(broken.why for broken in found),
            }
        )
    return rows
