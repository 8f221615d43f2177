import re

from tests.faces.service.console_world import refused, said, send
from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role

PAGE = "/console/messages"


def written(made: Doors) -> str:
    """The beginning of the name of a message that was just written."""
    told = send(made.client(Role.NURSE), PAGE, "write", "/console/messages/write",
                to="coordinator", urgency="today", wants="acknowledgement",
                body="the freezer is warm")  # fmt: skip
    found = re.search(r"Message (\w+) is written", said(told))
    assert found is not None, told.text[-2000:]
    return found.group(1)


def test_a_message_is_written_acknowledged_and_answered(acting: Doors) -> None:
    name, nurse = written(acting), acting.client(Role.NURSE)
    assert "the freezer is warm" in nurse.get(PAGE).text
    told = send(nurse, PAGE, "acknowledge", "/console/messages/acknowledge", message=name)
    assert "has it, to be done by" in said(told)
    told = send(nurse, PAGE, "answer", "/console/messages/answer", message=name,
                text="it is cold again", close="yes")  # fmt: skip
    assert "is answered" in said(told)


def test_paging_ends_when_a_message_is_acknowledged(acting: Doors) -> None:
    from nanoward.flows.messages.message_board import message_board
    from nanoward.wiring.messages import desk_of

    name = written(acting)
    send(acting.client(Role.NURSE), PAGE, "acknowledge", "/console/messages/acknowledge",
         message=name)  # fmt: skip
    with acting.service.reading() as ports:
        desk = desk_of(ports, acting.service.path)
        seen = message_board(ports.ledger, desk.rules, ports.clock.now())
    (status,) = [one for key, one in seen.seen.statuses.items() if key.startswith(name)]
    assert status.due == ()


def test_a_message_that_nobody_wrote_is_told(acting: Doors) -> None:
    told = send(acting.client(Role.NURSE), PAGE, "acknowledge",
                "/console/messages/acknowledge", message="feed")  # fmt: skip
    assert told.status_code in (409, 422)
    assert refused(told)
