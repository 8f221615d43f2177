"""The client against the service itself."""

from datetime import date
from pathlib import Path

import pytest
from tests.faces.service.api.conftest import api, held
from tests.faces.service.service_world import ORIGIN, Doors

from nanoward.client import ApiClient, ProblemError, Transport
from nanoward.client.rooms.clearance import ReadingBody
from nanoward.faces.service.guard import COOKIE
from nanoward.programme.access.rights import Role

__all__ = ["api", "held"]


def client(made: Doors, *roles: Role) -> ApiClient:
    session = made.client(*roles)
    inside = session._transport
    return ApiClient(Transport(ORIGIN, session.cookies[COOKIE], transport=inside))


def test_the_client_reads_acts_and_is_told_why_not(api: Doors, tmp_path: Path) -> None:
    with client(api, Role.NURSE) as ward:
        page = ward.clearance.participants(limit=3)
        assert len(page.items) == 3
        person = ward.clearance.person("P002")
        body = ReadingBody(quantity="temperature", value=37.0, unit="degC")
        made = ward.clearance.read("P002", body, key="a-key-of-mine")
        assert ward.clearance.read("P002", body, key="a-key-of-mine") == made
        assert ward.clearance.person("P002").version > person.version
        with pytest.raises(ProblemError, match="what to do"):
            ward.clearance.person("P404")
        held_on = ward.rounds.rounds().items[0].as_of
        assert isinstance(held_on, date)
        assert "standings" in ward.rounds.one_round(held_on).tables
        path = f"/api/v1/programme/rounds/{held_on}/tables/standings"
        assert ward.table(path).startswith(b"participant,standing")
    file = tmp_path / "r.fastq"
    file.write_bytes(b"@r\nACGT\n+\nIIII\n")
    with client(api, Role.EPIDEMIOLOGIST) as ward:
        assert ward.send_reads("S77", "single", file).kind == "fastq"
        assert ward.bonds.network(kind="microbetrace").startswith(b"{")
        assert callable(ward.events)
