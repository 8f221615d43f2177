"""What tests of the API say alike: acts with their keys, people with a consent."""

import secrets
from typing import Any

from nanoward.flows.consent.issue_consent import Terms

V1 = "/api/v1"
CONSENT = b"what we ask of you, version 1"
TERMS = Terms(version="1", needed=("research",), optional=("future",))
SIGNED = tuple(f"P{number:03}" for number in range(1, 13))
NOBODY = "P999999"


def act(client: Any, path: str, body: Any = None, *, key: str = "", **headers: str) -> Any:
    """A POST with its Idempotency-Key, drawn where none is given."""
    told = {"Idempotency-Key": key or secrets.token_hex(16), **headers}
    return client.post(V1 + path, json=body, headers=told)


def get(client: Any, path: str, **query: Any) -> Any:
    """A GET of the API."""
    return client.get(V1 + path, params=query)


READING = {"quantity": "temperature", "value": 36.6, "unit": "degC"}
