"""Playbooks are signed by the people of the plan, rise in version, and set tasks."""

from datetime import UTC, datetime

import pytest

from nanoward.adapters.signers.spec_keys import Ed25519Signatures
from nanoward.base.entries import AlarmRaised
from nanoward.base.plan import Plan
from nanoward.flows.watch import keep_incidents as flow
from nanoward.flows.watch.publish_playbook import PlaybookRefusedError, publish_playbook
from nanoward.ports.ports import Ports
from nanoward.testing.ports import memory_site

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SIGN = Ed25519Signatures()
KEY = SIGN.new_key()
TEXT = (
    'playbook = "p"\nversion = {}\ncauses = ["stream/*"]\n'
    '[[task]]\nroom = "clearance"\naction = "hold"\ntext = "Hold the ward."\n'
)


class Silent:
    def give(self, incident: object, level: int, people: tuple[str, ...]) -> None:
        return

    def settle(self, incidents: object) -> None:
        return


def site() -> Ports:
    sections = {"watch": {"rota": [["A"]]}, "agents": {"people": {"A": KEY.public}}}
    return memory_site(Plan(name="w", title="W", sha256="", sections=sections), {}, now=NOW)


def published(ports: Ports, version: int, by: str = "A", private: str = KEY.private) -> None:
    publish_playbook(ports, TEXT.format(version), by=by, private=private, signatures=SIGN)


@pytest.mark.hazard("H-337")
def test_only_a_known_key_and_a_rising_version_count() -> None:
    ports = site()
    for by, private in (("B", KEY.private), ("A", SIGN.new_key().private)):
        with pytest.raises(PlaybookRefusedError):
            published(ports, 1, by, private)
    published(ports, 2)
    for version in (1, 2):
        with pytest.raises(PlaybookRefusedError):
            published(ports, version)


def test_its_tasks_are_asked_of_their_rooms_and_must_end_before_a_stand_down() -> None:
    ports = site()
    published(ports, 1)
    raised = AlarmRaised(
        alarm="stream/w/1", room="watch", subject="w", message="rise", urgency="now"
    )
    ports.ledger.append([raised], actor="watch", at=NOW)
    (one,) = flow.respond(ports, Silent()).incidents.values()
    assert [(task.room, task.action) for task in one.tasks] == [("clearance", "hold")]
    kinds = {record.kind.split(".")[0] for record in ports.ledger.records()}
    assert kinds == {"watch"}  # it asks; nothing of clearance was done
    with pytest.raises(flow.NotOnRotaError, match="1 tasks are open"):
        flow.stand_down(ports, one.name, by="A", reason="over")
    flow.end_task(ports, one.name, "1", done=True, by="A", note="held")
    assert flow.stand_down(ports, one.name, by="A", reason="over").ended
