from urllib.parse import urlsplit

import pytest
from fastapi import Request
from tests.faces.service.service_world import Doors

from nanoward.faces.service.identity.ceremonies import (
    WrongHostError,
    challenge_of,
    party_asked,
    safe_next,
)


@pytest.mark.parametrize(
    ("told", "leads"),
    [("/people?a=1", "/people?a=1"), ("", "/x"), ("people", "/x"), ("//a", "/x"),
     ("/\\a", "/x"), ("/a\\b", "/x"), ("https://a", "/x"), ("/a\r\nb", "/x")],
)  # fmt: skip
def test_only_a_path_of_ours_is_gone_to(told: str, leads: str) -> None:
    assert safe_next(told, "/x") == leads


def test_a_challenge_is_the_hash_of_what_is_signed() -> None:
    assert challenge_of(b"") != challenge_of(b"a")
    assert len(challenge_of(b"a")) == 32


def asked_at(made: Doors, host: str) -> Request:
    headers = [(b"host", host.encode())]
    return Request({"type": "http", "app": made.app, "headers": headers, "path": "/",
                    "method": "GET", "query_string": b""})  # fmt: skip


def test_each_host_has_its_own_ceremonies_and_no_other_has_any(made: Doors) -> None:
    console, own = (
        urlsplit(one).netloc for one in (made.service.origin, made.service.own_origin)
    )
    assert party_asked(asked_at(made, console)) == (made.service.identity.console, False)
    assert party_asked(asked_at(made, own)) == (made.service.identity.own_page, True)
    with pytest.raises(WrongHostError) as fault:
        party_asked(asked_at(made, "evil.example"))
    assert fault.value.code == "SRV-045"
