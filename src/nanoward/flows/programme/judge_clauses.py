"""Clauses by themselves, each judged as part of a whole agreement with weekly pay."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from nanoward.base.errors import InputError
from nanoward.programme.agreements.exit_paths import WEEKS
from nanoward.programme.agreements.forbidden import ParagraphTerm, violations
from nanoward.programme.agreements.terms import read_term


class ClausesError(InputError):
    """A document that holds no list of clauses, or a clause no list of terms."""

    code = "PRG-128"
    next_step = "Write a list of tables, each with an id and a list of terms."


def _tables(said: Any, what: str) -> list[Mapping[str, Any]]:
    if not isinstance(said, list) or any(not isinstance(one, Mapping) for one in said):
        raise ClausesError(f"the {what} are no list of tables")
    return said


def judge_clauses(
    clauses: Any,
    *,
    base: str,
    currency: str,
    most: Fraction,
    weeks: int = WEEKS,
) -> list[dict[str, Any]]:
    """id, verdict (permitted, forbidden, not understood), rules and why of each clause.

    clauses  a list of tables with id, terms and replaces_base, from a file
    base     pay for each weekly visit, beside which a clause stands unless it replaces the base
    """
    pay = read_term({"kind": "pay", "per": "visit", "amount": base, "when": "weekly"}, currency)
    rows = []
    for number, one in enumerate(_tables(clauses, "clauses"), 1):
        name = str(one.get("id", number))
        try:
            terms = _tables(one.get("terms", []), "terms")
            read = [read_term(term, currency) for term in terms]
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
