"""Who is told, wired."""

import json
from pathlib import Path

from nanoward.wiring.watch import open_watch


def test_notices_go_to_the_outbox(tmp_path: Path) -> None:
    (tmp_path / "programme.toml").write_text('name = "w"\ntitle = "W"\n')
    with open_watch(str(tmp_path), quiet=True) as (ports, notifier):
        assert ports.folder.plan().name == "w"
        notifier.notify(urgency="now", subject="I-1/0", message="x")
    line = (tmp_path / ".nanoward" / "outbox.jsonl").read_text()
    assert json.loads(line)["subject"] == "I-1/0"
