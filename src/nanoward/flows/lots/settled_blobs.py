"""Settled pairs of runs as one blob of numpy arrays, and back."""

import io
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from nanoward.catalogue.identity.settled_pairs import SettledRun


def settled_bytes(runs: Mapping[str, SettledRun]) -> bytes:
    """All runs as one file of numpy arrays."""
    names = sorted(runs)
    parts: dict[str, Any] = {
        f"{at}.{one.name}": np.array(getattr(runs[name], one.name))
        for at, name in enumerate(names)
        for one in fields(SettledRun)
    }
    buffer = io.BytesIO()
    np.savez(buffer, runs=np.array(names, np.str_), **parts)
    return buffer.getvalue()


def settled_runs(content: bytes) -> dict[str, SettledRun]:
    """What `settled_bytes` wrote."""
    with np.load(io.BytesIO(content), allow_pickle=False) as told:
        names = [str(one) for one in told["runs"].tolist()]
        found = {}
        for at, name in enumerate(names):
            parts = {one.name: told[f"{at}.{one.name}"] for one in fields(SettledRun)}
            found[name] = SettledRun(**{**parts, "material": str(parts["material"])})
    return found
