import asyncio
import secrets

import httpx2
import pytest
from tests.faces.service.api.api_world import READING, V1, act
from tests.faces.service.service_world import ORIGIN, Doors

from nanoward.faces.service.api.parts.once import (
    AnswerLostError,
    Asked,
    KeyReusedError,
    _done,
    _kept,
    _replayed,
)
from nanoward.ports.service.requests import KeptRequest
from nanoward.programme.access.rights import Role
from nanoward.wiring import open_ports

READINGS = f"{V1}/clearance/participants/P001/readings"


def size(api: Doors) -> int:
    with open_ports(api.service.path, quiet=True, use="read") as ports:
        return ports.ledger.head().size


@pytest.mark.hazard("H-385")
def test_a_hundred_equal_posts_at_once_are_one_record_and_a_hundred_equal_answers(
    api: Doors,
) -> None:
    nurse, before = api.client(Role.NURSE), size(api)
    headers = {**nurse.headers, "Idempotency-Key": secrets.token_hex(16)}

    async def all_at_once() -> list[httpx2.Response]:
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(api.app),
            base_url=ORIGIN,
            headers=headers,
            cookies=dict(nurse.cookies),
        ) as client:
            asked = (client.post(READINGS, json=READING) for _ in range(100))
            return await asyncio.gather(*asked)

    told = asyncio.run(all_at_once())
    assert {one.status_code for one in told} == {201}
    assert len({one.content for one in told}) == 1
    assert size(api) == before + 1


def test_a_submit_that_is_sent_twice_acts_once_also_after_the_service_began_anew(
    api: Doors,
) -> None:
    nurse, key, before = api.client(Role.NURSE), secrets.token_hex(16), size(api)
    path = "/clearance/participants/P001/readings"
    first = act(nurse, path, READING, key=key)
    api.service.running.clear()
    again = act(nurse, path, READING, key=key)
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert size(api) == before + 1


def test_a_key_stands_for_one_request_alone(api: Doors) -> None:
    nurse, key = api.client(Role.NURSE), secrets.token_hex(16)
    path = "/clearance/participants/P001/readings"
    assert act(nurse, path, READING, key=key).status_code == 201
    told = act(nurse, path, {**READING, "value": 40.0}, key=key)
    assert (told.status_code, told.json()["code"]) == (409, "SRV-010")
    other = act(api.client(Role.INVESTIGATOR), path, READING, key=key)
    assert other.status_code == 201  # a key is its account's own


def test_an_act_without_a_key_is_refused(api: Doors) -> None:
    nurse, before = api.client(Role.NURSE), size(api)
    told = nurse.post(READINGS, json=READING)
    assert told.status_code == 422
    assert told.json()["errors"][0]["at"] == "header/Idempotency-Key"
    assert size(api) == before


def test_a_refusal_without_a_record_binds_no_key(api: Doors) -> None:
    nurse, key = api.client(Role.NURSE), secrets.token_hex(16)
    path = "/clearance/participants/P404/readings"
    assert act(nurse, path, READING, key=key).status_code == 404
    with open_ports(api.service.path, quiet=True, use="read") as ports:
        requests = ports.ledger.requests  # type: ignore[attr-defined]
        asked = asked_for("nurse", key)
        assert requests.request(asked.name) is None


def asked_for(account: str, key: str, body: str = "b") -> Asked:
    from hashlib import sha256

    from tests.faces.service.service_world import NOON

    bound = f"{account}\n{key}".encode()
    return Asked(
        name=sha256(b"name\n" + bound).hexdigest(),
        secret=sha256(b"answer\n" + bound).digest(),
        body=body,
        at=NOON,
    )


@pytest.mark.hazard("H-386")
def test_an_answer_that_was_lost_in_a_crash_is_told_and_nothing_is_done_again(
    api: Doors,
) -> None:
    asked, done = asked_for("crash", secrets.token_hex(8)), []
    with open_ports(api.service.path, quiet=True) as ports:
        requests = ports.ledger.requests  # type: ignore[attr-defined]
        requests.keep_request(
            KeptRequest(key=asked.name, body=asked.body, at="2026-06-29", first=7)
        )
        with pytest.raises(AnswerLostError, match="record 7 was written"):
            _done(ports, asked, lambda _: done.append(1), 201)
    assert done == []


def test_what_a_fault_left_written_is_answered_alike_the_second_time(api: Doors) -> None:
    from nanoward.base.entries import ActRefused
    from nanoward.base.errors import RefusedError

    def work(ports: object) -> None:
        entry = ActRefused(participant="P001", act="dose", use="", by="n", reasons=("no",))
        at = api.clock.now()
        ports.ledger.append([entry], actor="n", at=at)  # type: ignore[attr-defined]
        raise RefusedError("the gate said no")

    asked = asked_for("refused", secrets.token_hex(8))
    with open_ports(api.service.path, quiet=True) as ports:
        first = _done(ports, asked, work, 201)
        size_ = ports.ledger.head().size
        again = _done(ports, asked, work, 201)
        assert ports.ledger.head().size == size_
    assert first[0] == again[0] == 409
    assert first[1] == again[1]


def test_a_kept_answer_opens_for_who_knows_the_key_alone() -> None:
    asked = asked_for("nurse", "a key of eight")
    kept = _kept(asked, 201, b'{"participant":"P001"}')
    assert b"P001" not in kept.answer
    assert _replayed(kept, asked)[1] == b'{"participant":"P001"}'
    stranger = Asked(name=asked.name, secret=bytes(32), body=asked.body, at=asked.at)
    with pytest.raises(AnswerLostError):
        _replayed(kept, stranger)
    with pytest.raises(KeyReusedError):
        _replayed(kept, asked_for("nurse", "a key of eight", body="other"))


def test_requests_are_forgotten_after_their_days(api: Doors) -> None:
    with open_ports(api.service.path, quiet=True) as ports:
        requests = ports.ledger.requests  # type: ignore[attr-defined]
        requests.keep_request(KeptRequest(key="old", body="b", at="2020-01-01T00:00:00+00:00"))
        requests.keep_request(KeptRequest(key="new", body="b", at="2999-01-01T00:00:00+00:00"))
        assert requests.forget_requests("2021-01-01T00:00:00+00:00") == 1
        assert requests.request("old") is None
        assert requests.request("new") is not None
        requests.keep_later(KeptRequest(key="later", body="b", at="2999-01-01T00:00:00+00:00"))
        assert requests.request("later") is not None
    with open_ports(api.service.path, quiet=True) as ports:
        assert ports.ledger.requests.request("later") is None  # type: ignore[attr-defined]


def test_who_goes_away_leaves_the_act_to_its_end(api: Doors) -> None:
    from nanoward.faces.service.api.parts.once import _joined

    done: list[int] = []
    asked = asked_for("gone", secrets.token_hex(8))

    async def begin() -> tuple[int, bytes, dict[str, str]]:
        await asyncio.sleep(0.05)
        done.append(1)
        return 201, b"{}", {}

    async def ask() -> None:
        task = asyncio.ensure_future(_joined(api.service, asked, begin))
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.sleep(0.1)

    asyncio.run(ask())
    assert done == [1]
    assert asked.name not in api.service.running
