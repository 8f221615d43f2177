"""One way to write a JSON value, so that equal values have equal hashes."""

import hashlib
import json
from typing import Any

from nanoward.base.ids import Sha256


def canonical_json(value: Any) -> str:
    """JSON with sorted keys, no spaces and no NaN; ValueError for what JSON cannot say."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def sha256_of(content: bytes) -> Sha256:
    """Lower-case hexadecimal SHA-256."""
    return Sha256(hashlib.sha256(content).hexdigest())
