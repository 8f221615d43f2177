"""Who is told, wired."""

import json
from datetime import UTC, datetime
from pathlib import Path

from nanoward.base.entries import AlarmRaised
from nanoward.flows.watch.keep_incidents import respond
from nanoward.wiring.watch import open_watch


def test_notices_go_by_the_programmes_messages(tmp_path: Path) -> None:
    (tmp_path / "programme.toml").write_text('name = "w"\ntitle = "W"\n')
    alarm = AlarmRaised(
        alarm="stream/a/1", room="watch", subject="a", message="a rise", urgency="now"
    )
    with open_watch(str(tmp_path), quiet=True) as (ports, notices):
        assert ports.folder.plan().name == "w"
        ports.ledger.append([alarm], actor="watch", at=datetime.now(UTC))
        (name,) = respond(ports, notices).incidents
    (line,) = (tmp_path / ".nanoward" / "screen.jsonl").read_text().splitlines()
    assert name in json.loads(line)["message"]
