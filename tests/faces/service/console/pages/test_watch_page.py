from pathlib import Path

import pytest
from tests.faces.service.console_world import refused, said, send
from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role

PAGE = "/console/watch"


@pytest.fixture
def duty(acting: Doors) -> Doors:
    """The ward with a nurse on the rota."""
    plan = Path(acting.service.path) / "programme.toml"
    rota = '\n[[watch.rota]]\npeople = ["nurse"]\n[[watch.rota]]\npeople = ["Ben"]\n'
    plan.write_text(plan.read_text() + rota, encoding="utf-8")
    return acting


def opened(made: Doors) -> str:
    told = send(made.client(Role.NURSE), PAGE, "open-incident", "/console/watch/open",
                title="an odd sample", cause="sample:9", urgency="today")  # fmt: skip
    assert "opened" in said(told), refused(told)
    with made.service.reading() as ports:
        from nanoward.flows.watch.keep_incidents import read_incidents

        return next(iter(read_incidents(ports).incidents))


def test_an_incident_is_taken_handed_over_and_ended_with_a_reason(duty: Doors) -> None:
    name, nurse = opened(duty), duty.client(Role.NURSE)
    assert "nobody has acknowledged" in nurse.get(PAGE).text
    told = send(nurse, PAGE, "take", "/console/watch/take", incident=name, note="I go")
    assert f"nurse has {name}" in said(told)
    told = send(nurse, PAGE, "hand-over", "/console/watch/hand-over", incident=name, to="Ben",
                note="my shift ends")  # fmt: skip
    assert f"Ben has {name}" in said(told)
    told = send(nurse, PAGE, "stand-down", "/console/watch/stand-down", incident=name,
                reason="it was a label")  # fmt: skip
    assert "is ended" in said(told), refused(told)


def test_no_incident_ends_without_a_reason(duty: Doors) -> None:
    name = opened(duty)
    told = send(duty.client(Role.NURSE), PAGE, "stand-down", "/console/watch/stand-down",
                incident=name, reason="")  # fmt: skip
    assert told.status_code == 422
    assert "This is needed." in told.text
