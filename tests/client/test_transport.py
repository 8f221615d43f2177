from collections.abc import Callable
from dataclasses import dataclass

import httpx2
import pytest

from nanoward.client.transport import ProblemError, Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    number: int


def transport(answers: Callable[[httpx2.Request], httpx2.Response]) -> Transport:
    mock = httpx2.MockTransport(answers)
    return Transport("https://ward.example", "session", transport=mock, sleep=lambda _: None)


def test_an_act_is_sent_again_only_under_its_own_key() -> None:
    keys: list[str] = []

    def answers(request: httpx2.Request) -> httpx2.Response:
        keys.append(request.headers["Idempotency-Key"])
        if len(keys) == 1:
            raise httpx2.ConnectError("cut", request=request)
        if len(keys) == 2:
            return httpx2.Response(503, headers={"Retry-After": "1"})
        return httpx2.Response(201, json={"number": 7})

    assert transport(answers).ask(Answer, "POST", "/x", body={"a": 1}).number == 7
    assert len(set(keys)) == 1
    assert len(keys) == 3


def test_a_problem_says_what_to_do_and_is_not_asked_again() -> None:
    asked: list[httpx2.Request] = []

    def answers(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        told = {"code": "SRV-013", "detail": "changed", "next_step": "read anew"}
        return httpx2.Response(412, json=told)

    with pytest.raises(ProblemError, match="read anew") as found:
        transport(answers).ask(Answer, "POST", "/x", version=3)
    assert (found.value.status, found.value.code) == (412, "SRV-013")
    assert asked[0].headers["If-Match"] == '"3"'
    assert len(asked) == 1


def test_a_link_that_stays_broken_is_told_in_the_end() -> None:
    def answers(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("cut", request=request)

    with pytest.raises(httpx2.ConnectError):
        transport(answers).ask(Answer, "GET", "/x", query={"a": None, "b": 1})
    with pytest.raises(ProblemError, match="HTTP-502"):
        transport(lambda _: httpx2.Response(502, text="<html>")).ask(Answer, "GET", "/x")
    with pytest.raises(ProblemError):
        list(transport(lambda _: httpx2.Response(401, json=[])).stream("/events", 3))
