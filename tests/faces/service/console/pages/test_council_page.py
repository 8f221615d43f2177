from pathlib import Path
from typing import Any

import pytest
from tests.faces.service.console_world import hidden, refused, said, send
from tests.faces.service.service_world import Doors, doors
from tests.flows.council.council_programme import MEMBERS, CouncilProgramme, council_programme

from nanoward.ports.service.accounts import Account
from nanoward.programme.access.rights import Role

PAGE = "/console/council"


@pytest.fixture
def council(tmp_path: Path) -> CouncilProgramme:
    return council_programme(tmp_path)


def member(made: Doors, name: str) -> Any:
    """A member of the council, signed in under the name that the charter has."""
    client = made.client(Role.COUNCIL)
    made.accounts.add_account(Account(account=name, shown=name, roles=(Role.COUNCIL,)))
    client.cookies.set("__Host-session", made.accounts.begin_session(name, made.clock.now()))
    return client


def with_key(client: Any, form: str, action: str, key: str, **typed: str) -> Any:
    told = hidden(client.get(PAGE).text, form) | typed
    files = {"key": ("member.keys", Path(key).read_bytes())}
    return client.post(f"/console/council/{action}", data=told, files=files)


def test_a_pack_positions_in_secret_and_a_decision(council: CouncilProgramme) -> None:
    with doors(Path(council.folder)) as made:
        people = {name: member(made, name) for name in MEMBERS}
        first = people[MEMBERS[0]]
        told = send(first, PAGE, "make-pack", "/console/council/pack")
        assert "open numbers" in said(told), refused(told)
        for name, client in people.items():
            key = council.files[name]
            told = with_key(client, "open-pack", "open", key)
            assert "The closed part:" in said(told), refused(told)
            told = with_key(client, "position", "position", key, decision="continue",
                            reason="calm")  # fmt: skip
            assert "nobody knows yet" in said(told), refused(told)
            assert "continue: calm" not in client.get(PAGE).text
        for name, client in people.items():
            told = with_key(client, "show-position", "show", council.files[name])
            assert said(told) == f"{name}: continue."
        told = with_key(first, "decide", "decide", council.files[MEMBERS[0]])
        assert said(told) == "Decided: continue."


def test_another_s_key_is_refused_and_one_word_pauses(council: CouncilProgramme) -> None:
    with doors(Path(council.folder)) as made:
        client = member(made, MEMBERS[0])
        send(client, PAGE, "make-pack", "/console/council/pack")
        told = with_key(client, "open-pack", "open", council.files[MEMBERS[1]])
        assert told.status_code == 409
        assert "key file" in refused(told)
        told = send(client, PAGE, "pause", "/console/council/pause", reason="a doubt")
        assert "Paused" in said(told)
        assert "a doubt" in client.get(PAGE).text
