import io
import json
from datetime import date
from pathlib import Path

import pytest

from nanoward.faces.service import round_process
from nanoward.faces.service.round_process import LineProgress, hold


def test_progress_is_said_in_lines_and_not_in_too_many() -> None:
    out = io.StringIO()
    with LineProgress(out)("typing", 1_000) as step:
        for _ in range(1_000):
            step(1)
    lines = [json.loads(one) for one in out.getvalue().splitlines()]
    assert lines[0] == {"step": "typing", "done": 0, "total": 1_000}
    assert lines[-1]["done"] == 1_000
    assert len(lines) == 101


def test_a_fault_is_said_with_its_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    assert hold(str(tmp_path), date(2026, 6, 1), 7, out) == 3
    assert json.loads(out.getvalue())["code"] == "INP-020"
    monkeypatch.setattr(round_process.sys, "argv", ["x", str(tmp_path), "", "7"])
    monkeypatch.setattr(round_process.sys, "stdout", out)
    with pytest.raises(SystemExit):
        round_process.main()
