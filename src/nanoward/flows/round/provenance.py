"""What made a result: versions, inputs by hash, the ledger's head, the seed."""

import platform
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.metadata import version
from typing import Any

from nanoward import __version__
from nanoward.audit.receipts import Head

LIBRARIES = ("numpy", "polars", "scipy", "vl-convert-python")


def provenance_of(
    *, inputs: Sequence[Mapping[str, Any]], head: Head, seed: int, as_of: date
) -> dict[str, Any]:
    """All that a second person needs to make the same result again."""
    return {
        "nanoward": __version__,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "inputs": [dict(one) for one in inputs],
        "ledger": {"size": head.size, "head": head.hash},
        "seed": seed,
        "as_of": as_of.isoformat(),
    }
