"""OWASP ASVS 5.0.0, V2: rules of what is done. One test for each line."""

import asyncio
import secrets

import httpx2
import pytest
from tests.faces.service.api.api_world import READING, V1, act, get
from tests.faces.service.api.conftest import api, held
from tests.faces.service.service_world import ORIGIN, Doors

from nanoward.faces.service import service_parts
from nanoward.faces.service.api.openapi import api_document
from nanoward.faces.service.service_parts import ServiceBusyError
from nanoward.programme.access.rights import Role

__all__ = ["api", "held"]


def test_asvs_2_2_1_every_body_refuses_a_field_that_it_does_not_know(api: Doors) -> None:
    document = api_document(api.app)
    schemas = document["components"]["schemas"]
    bodies = {
        told["schema"]["$ref"].rsplit("/", 1)[1]
        for path in document["paths"].values()
        for one in path.values()
        for told in [one.get("requestBody", {}).get("content", {}).get("application/json", {})]
        if "$ref" in told.get("schema", {})
    }
    assert len(bodies) > 30
    assert all(schemas[name]["additionalProperties"] is False for name in bodies)
    told = act(
        api.client(Role.NURSE), "/clearance/participants/P001/readings", {**READING, "by": "x"}
    )
    assert told.status_code == 422


def test_asvs_2_3_1_steps_of_a_kill_code_out_of_order_are_refused(api: Doors) -> None:
    investigator = api.client(Role.INVESTIGATOR)
    for step, body in (("fire", None), ("withdrawal", {"reason": "r"})):
        told = act(investigator, f"/control/kills/K1/{step}", body)
        assert (told.status_code, told.json()["code"]) == (409, "REF-110")


def test_asvs_2_3_3_an_act_is_written_whole_or_not_at_all(api: Doors) -> None:
    investigator = api.client(Role.INVESTIGATOR)
    before = get(investigator, "/audit/checkpoint").json()["size"]
    told = act(investigator, "/clearance/participants/P404/readings", READING)
    assert told.status_code == 404
    assert get(investigator, "/audit/checkpoint").json()["size"] == before


@pytest.mark.hazard("H-385")
def test_asvs_2_3_4_a_hundred_clients_at_once_write_one_record(api: Doors) -> None:
    nurse = api.client(Role.NURSE)
    investigator = api.client(Role.INVESTIGATOR)
    before = get(investigator, "/audit/checkpoint").json()["size"]
    headers = {"Origin": ORIGIN, "Idempotency-Key": secrets.token_hex(8)}

    async def all_at_once() -> set[int]:
        transport = httpx2.ASGITransport(api.app)
        async with httpx2.AsyncClient(
            transport=transport, base_url=ORIGIN, headers=headers, cookies=dict(nurse.cookies)
        ) as client:
            path = f"{V1}/clearance/participants/P005/readings"
            asked = (client.post(path, json=READING) for _ in range(100))
            return {one.status_code for one in await asyncio.gather(*asked)}

    assert asyncio.run(all_at_once()) == {201}
    assert get(investigator, "/audit/checkpoint").json()["size"] == before + 1


def test_asvs_2_3_5_a_kill_code_is_not_approved_by_one_s_own_word(api: Doors) -> None:
    body = {"by": "x", "role": "physician", "key": "k" * 20, "signature": "s" * 20}
    told = act(api.client(Role.INVESTIGATOR), "/control/kills/K1/approval", body)
    assert told.status_code == 409


def test_asvs_2_4_1_a_full_house_answers_503_and_when_to_ask_again_and_the_exit_goes_on(
    api: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_parts, "WAITING", 0)
    told = get(api.client(Role.NURSE), "/clearance/participants")
    assert (told.status_code, told.headers["retry-after"]) == (503, "2")
    assert told.json()["code"] == ServiceBusyError.code
    own = api.client(Role.PARTICIPANT, participant="P018")
    assert act(own, "/control/stops/P018").status_code == 201
