import pytest
from tests.faces.service.api.api_world import get
from tests.faces.service.service_world import Doors

from nanoward.faces.service.api.parts.views import NotThereError, key_of, require_here
from nanoward.programme.access.redaction import pseudonym
from nanoward.programme.access.rights import Role
from nanoward.wiring import open_ports

PEOPLE = "/clearance/participants"


def test_who_knows_pseudonyms_alone_finds_people_by_those(api: Doors) -> None:
    pharmacologist = api.client(Role.PHARMACOLOGIST)
    names = {
        one["participant"] for one in get(pharmacologist, PEOPLE, limit=200).json()["items"]
    }
    hidden = pseudonym("P001", key_of(api.service))
    assert hidden in names
    assert not any(name.startswith("P0") for name in names)
    assert get(pharmacologist, f"{PEOPLE}/P001").status_code == 404
    told = get(pharmacologist, f"{PEOPLE}/{hidden}")
    assert told.status_code == 200
    assert told.json()["participant"] == hidden
    assert "P001" not in told.text


def test_who_sees_hashes_alone_sees_no_person(api: Doors) -> None:
    told = get(api.client(Role.AUDITOR), PEOPLE)
    assert told.status_code == 200
    assert told.json()["items"] == []


def test_a_participant_sees_themselves_alone(api: Doors) -> None:
    own = api.client(Role.PARTICIPANT, participant="P005")
    assert [one["participant"] for one in get(own, PEOPLE).json()["items"]] == ["P005"]
    assert get(own, f"{PEOPLE}/P005").status_code == 200
    assert get(own, f"{PEOPLE}/P006").status_code == 403


def test_nobody_unknown_is_here(api: Doors) -> None:
    with open_ports(api.service.path, quiet=True, use="read") as ports:
        with pytest.raises(NotThereError):
            require_here(ports, api.service, "P404")
        require_here(ports, api.service, "P006")
