"""What made a result: versions, inputs by hash, the ledger's head, the seed."""

import platform
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from nanoward import __version__
from nanoward.audit.receipts import Head
from nanoward.flows.steps.source_digest import libraries_of

ROUND = "nanoward.flows.round.ward_round"  # all that a round's tables are made by


def provenance_of(
    *, inputs: Sequence[Mapping[str, Any]], head: Head, seed: int, as_of: date
) -> dict[str, Any]:
    """All that a second person needs to make the same result again."""
    return {
        "nanoward": __version__,
        "python": platform.python_version(),
        "libraries": round_libraries(),
        "inputs": [dict(one) for one in inputs],
        "ledger": {"size": head.size, "head": head.hash},
        "seed": seed,
        "as_of": as_of.isoformat(),
    }


def round_libraries() -> dict[str, str]:
    """Library to its version, of all that the sources of a round import; nobody lists them."""
    told = (one.split("=", 1) for one in libraries_of(ROUND))
    return dict(sorted((name, found) for name, found in told))
