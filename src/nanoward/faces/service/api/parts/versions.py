"""Versions: an ETag is the last record that names somebody, and an act may depend on it.

What stops, leaves, speaks a concern or tells of an adverse event depends on nothing.
"""

from typing import Annotated

from fastapi import Header
from pydantic import BaseModel

from nanoward.faces.service.api.parts.once import Told
from nanoward.faces.service.problems import DoorClosedError
from nanoward.ports.ports import Ports
from nanoward.ports.service.requests import KeepsRequests

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=200, description="The ETag that you read."),
]
IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match", max_length=200)]


class VersionMissingError(DoorClosedError):
    """This depends on what you saw; say by If-Match which version that was."""

    code = "SRV-012"
    status = 428
    next_step = "Read the person anew, and send its ETag as If-Match."


class VersionStaleError(DoorClosedError):
    """Somebody changed it since you read it; nothing was done."""

    code = "SRV-013"
    status = 412
    next_step = "Read it anew, see what changed, and decide again."


def version_of(ports: Ports, person: str) -> int:
    """The last record that names a person; 0 where none does."""
    ledger = ports.ledger
    if isinstance(ledger, KeepsRequests):
        return ledger.last_about(person)
    return max((one.seq for one in ledger.about(person)), default=0)


def etag(version: int) -> str:
    """A version as a strong ETag (RFC 9110, 8.8.3)."""
    return f'"{version}"'


def matches(told: str, version: int) -> bool:
    """Whether a list of ETags, or *, names the version."""
    if told.strip() == "*":
        return version > 0
    return etag(version) in {one.strip() for one in told.split(",")}


def require_version(ports: Ports, person: str, told: str | None) -> None:
    """VersionMissingError, VersionStaleError unless the reader saw the last record."""
    if told is None:
        raise VersionMissingError("If-Match is missing")
    now = version_of(ports, person)
    if not matches(told, now):
        raise VersionStaleError(f"it is at version {now}, and {told} was read")


class Written(BaseModel):
    """What was written: the version of the person afterwards."""

    participant: str
    version: int


def written(ports: Ports, participant: str) -> Told:
    """The version of a person after something was written of them."""
    version = version_of(ports, participant)
    body = {"participant": participant, "version": version}
    return Told(body=body, headers={"ETag": etag(version)})
