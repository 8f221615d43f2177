from datetime import timedelta
from pathlib import Path

import pytest
from tests.flows.access.access_world import World

from nanoward.adapters.notifiers.outbox import OutboxNotifier
from nanoward.flows.access.emergency_access import open_emergency, review_emergency
from nanoward.flows.access.role_facts import RoleRefusedError


@pytest.mark.hazard("H-404")
def test_the_ledger_and_the_council_know_before_anything_is_open(
    world: World, tmp_path: Path
) -> None:
    world.hold(nia="nurse", cara="council")
    duty = OutboxNotifier(tmp_path / "outbox.jsonl")
    with pytest.raises(RoleRefusedError):
        open_emergency(world.by("nia"), "P001", "urgent", "e", duty)
    assert world.kinds()[-1] == "RoleConfirmed"
    open_emergency(world.by("nia"), " P001", "found unconscious at home", "e", duty)
    assert "Nia opened the record of P001" in (tmp_path / "outbox.jsonl").read_text()
    world.accounts.begin_session("nia", world.now)
    (session,) = world.accounts.sessions("nia")
    assert session.opened == {"P001": world.now + timedelta(minutes=60)}
    with pytest.raises(RoleRefusedError, match="does not review"):
        review_emergency(world.by("nia"), "e", "fine")
    with pytest.raises(RoleRefusedError, match="nothing is said"):
        review_emergency(world.by("cara"), "e", " ")
    assert review_emergency(world.by("cara"), "e", "fine").reviewed_by == "cara"
