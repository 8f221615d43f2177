import pytest
from tests.faces.service.api.api_world import act, get
from tests.faces.service.service_world import Doors

from nanoward.faces.service.api.parts.lane import LaneRefusesError
from nanoward.programme.access.rights import Role


def test_kill_codes_are_listed_and_one_that_is_not_there_is_refused(api: Doors) -> None:
    told = get(api.client(Role.INVESTIGATOR), "/control/kills")
    assert told.json() == {"kills": [], "owed": [], "leases": [], "sealed": []}
    assert get(api.client(Role.INVESTIGATOR), "/control/kills/none").json()["code"] == "REF-110"


def test_steps_of_a_kill_code_out_of_order_are_refused(api: Doors) -> None:
    investigator = api.client(Role.INVESTIGATOR)
    told = act(investigator, "/control/kills/none/fire")
    assert told.status_code == 409
    key = "k" * 16
    signed = {"by": "n", "role": "physician", "key": key, "signature": key}
    told = act(investigator, "/control/kills/none/approval", signed)
    assert told.status_code == 409


def test_a_participant_asks_for_their_own_code_alone(api: Doors) -> None:
    own = api.client(Role.PARTICIPANT, participant="P003")
    body = {"participants": ["P004"], "mechanism": "x", "reason": "r"}
    assert act(own, "/control/kills", body).status_code == 404


@pytest.mark.hazard("H-458")
def test_who_reaches_some_asks_for_and_ends_no_code_of_others(
    api: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A participant could end anybody's kill code, and a nurse ask for one at another site."""
    asked: list[str] = []

    def lane(_: str, do: str, **told: object) -> dict[str, object]:
        asked.append(do)
        if do == "kill show":
            return {"participants": {"P003": "asked", "P004": "asked"}}
        raise LaneRefusesError({"code": "X-1", "refused": "no"})

    monkeypatch.setattr("nanoward.faces.service.api.control.ask", lane)
    near = {"north": frozenset({"P003"})}
    monkeypatch.setattr(type(api.service.identity), "people_at", lambda _, site: near[site])
    nurse = api.client(Role.NURSE, site="north")
    own = api.client(Role.PARTICIPANT, participant="P003")
    for client in (own, nurse):
        told = act(client, "/control/kills/k1/withdrawal", {"reason": "r"})
        assert told.status_code == 404, told.text
    far = {"participants": ["P003", "P004"], "mechanism": "x", "reason": "r"}
    assert act(nurse, "/control/kills", far).status_code == 404
    assert set(asked) == {"kill show"}
    everywhere = api.client(Role.INVESTIGATOR)
    act(everywhere, "/control/kills/k1/withdrawal", {"reason": "r"})
    assert asked[-1] == "kill withdraw"


def test_an_order_that_raises_needs_the_version_that_was_seen(api: Doors) -> None:
    body = {"agent": "a", "setting": "s", "value": 1.0, "unit": "u"}
    told = act(api.client(Role.NURSE), "/control/orders/P001", body)
    assert told.status_code == 428


def test_orders_of_the_last_round_are_a_table(api: Doors) -> None:
    told = get(api.client(Role.MONITOR), "/control/orders", format="csv")
    assert told.status_code == 200
    assert told.headers["content-disposition"].startswith("attachment")
