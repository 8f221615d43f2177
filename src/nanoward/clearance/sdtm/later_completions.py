"""Values that a source may fill in later without taking anything back.

An adverse event ends, a laboratory result arrives: the row of last week says more now. That is
no correction, and a standing may follow it at once. Every other change of a row that decided
something is a correction, which a named person confirms.
"""

from collections.abc import Mapping

# columns that may go from blank to a value, by domain
_FILLED = {
    "AE": frozenset({"AEENDTC", "AEENDY", "AEDUR", "AEOUT", "AEENRF", "AEENRTPT", "AEENTPT"}),
    "LB": frozenset(
        {
            *("LBSTRESN", "LBSTRESC", "LBORRES", "LBSTRESU", "LBORRESU", "LBNRIND"),
            *("LBSTNRLO", "LBSTNRHI", "LBORNRLO", "LBORNRHI"),
        }
    ),
}
# columns that follow the others and decide nothing themselves
_BESIDE = {"AE": frozenset({"AEDTC", "AEDY", "AEACN", "AEREL", "AECONTRT", "AEENDY", "AEDUR"})}
_ONGOING = frozenset(
    {
        "NOT RECOVERED/NOT RESOLVED",
        "RECOVERING/RESOLVING",
        "UNKNOWN",
        "ONGOING",
        "AFTER",
    }
)


def is_completion(domain: str, changes: Mapping[str, tuple[str | None, str | None]]) -> bool:
    """Whether a row only says more than before.

    domain   two letters
    changes  column to (before, after), blank as None; at least one
    """
    filled, beside = _FILLED.get(domain, frozenset()), _BESIDE.get(domain, frozenset())
    return bool(changes) and all(
        name in beside or (name in filled and _says_more(before, after))
        for name, (before, after) in changes.items()
    )


def _says_more(before: str | None, after: str | None) -> bool:
    if after is None:
        return False
    return (
        before is None
        or before.upper() in _ONGOING
        or (after.startswith(before) and len(before) in (4, 7))  # 2026-11 became 2026-11-14
    )
