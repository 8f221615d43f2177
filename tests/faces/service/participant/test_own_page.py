from pathlib import Path

import pytest
from fastapi import APIRouter, Depends
from tests.faces.service.participant.me_world import ME, at_home, make_home

from nanoward.base.errors import RefusedError
from nanoward.faces.service.guard import Open
from nanoward.faces.service.participant.own_page import PAGES, OwnRoute, static_file, version

router = APIRouter(prefix="/me", route_class=OwnRoute)


@router.get("/bug", dependencies=[Depends(Open("a test"))])
async def bug() -> None:
    raise ZeroDivisionError("P1 and a secret")


@router.get("/no", dependencies=[Depends(Open("a test"))])
async def no() -> None:
    raise RefusedError("the gate says <no>")


def test_a_fault_is_a_page_with_the_way_out_and_no_trace(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with at_home(make_home(tmp_path / "home"), more=[router]) as doors:
        client = doors.client(ME)
        told = client.get("/me/bug")
        assert told.status_code == 500
        assert "Stop my agent" in told.text
        assert "secret" not in told.text + caplog.text
        refused = client.get("/me/no")
        assert refused.status_code == 409
        assert "the gate says &lt;no&gt;" in refused.text
        plain = client.get("/me/no", headers={"accept": "application/json"})
        assert plain.headers["content-type"] == "application/problem+json"


def test_the_policy_lets_a_page_speak_to_the_exit_alone(tmp_path: Path) -> None:
    with at_home(make_home(tmp_path / "home")) as doors:
        client = doors.client(ME)
        assert "connect-src 'self';" in client.get("/me/").headers["content-security-policy"]
        doors.doors.app.state.exit_origin = "https://exit.example"
        answer = client.get("/me/")
        policy = answer.headers["content-security-policy"]
        assert "connect-src 'self' https://exit.example;" in policy
        assert "script-src 'self';" in policy
        assert 'data-exit="https://exit.example"' in answer.text


def test_every_page_of_the_list_is_there_and_none_has_script_or_style_in_it(
    tmp_path: Path,
) -> None:
    with at_home(make_home(tmp_path / "home")) as doors:
        for address, _ in PAGES:
            told = doors.client(ME).get(address)
            assert told.status_code == 200
            assert told.text.count("<script") == 1
            for word in ("<style", " style=", " onclick", "javascript:"):
                assert word not in told.text
    assert len(version()) == 12
    assert static_file("me.js")
