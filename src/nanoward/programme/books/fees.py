"""What a site or partner earns: by the visit that was made there, by the quarter, by the piece.

No fee hangs on who stays or leaves: an agreement that states such a one cannot be signed (R8).
"""

from collections.abc import Sequence

from nanoward.base.errors import RefusedError
from nanoward.programme.agreements.terms import Term

ANY_VISIT = frozenset({"visit", "session"})
OF_KIND = {"weekly visit": "weekly", "dosing visit": "dose"}
MADE = frozenset({"done", "broken off", "failed test"})


class NoFeeError(RefusedError):
    """The party's agreement states no such fee; nothing was earned."""

    code = "PRG-125"
    next_step = "Look at the fees of its agreement: nanoward programme agreements bound."


def visit_fee(terms: Sequence[Term], kind: str, outcome: str, roles: Sequence[str]) -> int:
    """The fee for one visit that was made, minor units; whatever came of it for the person.

    roles  what the party is called in its terms: its kind and its name
    A fee that can be lost, or hangs on an event, is not earned by itself: `stated_fee`.
    """
    if outcome not in MADE:
        return 0
    plain = [one for one in _fees(terms, roles) if not one.on and not one.word("lost_if")]
    return sum(
        one.amount or 0 for one in plain if one.per in ANY_VISIT or OF_KIND.get(one.per) == kind
    )


def stated_fee(terms: Sequence[Term], per: str, roles: Sequence[str]) -> int:
    """The fee for one period or piece of work, minor units; NoFeeError where none is stated.

    What is paid per visit is earned in the append of the visit, and never here.
    """
    wanted = " ".join(per.lower().split())
    by_visit = (*ANY_VISIT, *OF_KIND)
    fits = [one for one in _fees(terms, roles) if one.per == wanted and wanted not in by_visit]
    if not fits:
        known = sorted({one.per for one in _fees(terms, roles)} - {""})
        raise NoFeeError(f"no fee is stated per {per!r}; per {', '.join(known) or 'nothing'}")
    return sum(one.amount or 0 for one in fits)


def _fees(terms: Sequence[Term], roles: Sequence[str]) -> list[Term]:
    names = {name.lower() for role in roles for name in (role, f"{role}s")}
    return [
        one
        for one in terms
        if one.kind in ("fee", "third") and one.word("to") in names and (one.amount or 0) > 0
    ]
