import sys
from pathlib import Path

import pytest
from tests.faces.service.api.api_world import act, get
from tests.faces.service.service_world import Doors

from nanoward.faces.service.api.parts.views import NotThereError
from nanoward.faces.service.api.programme import round_jobs
from nanoward.faces.service.api.programme.round_jobs import RoundJobs, RoundRunsError
from nanoward.programme.access.rights import Role

SAID = """
print('{"step": "a", "done": 1, "total": 1}')
print('{"round": "x"}')
"""


def test_a_round_is_begun_once_under_its_key_and_its_job_tells_how_it_ended(
    api: Doors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "said.py"
    script.write_text(SAID)
    began: list[object] = []
    popen = round_jobs.subprocess.Popen

    def begin(command: list[str], **more: object) -> object:
        began.append(command)
        return popen([sys.executable, str(script)], **more)  # type: ignore[call-overload]

    monkeypatch.setattr(round_jobs.subprocess, "Popen", begin)
    investigator = api.client(Role.INVESTIGATOR)
    first = act(investigator, "/programme/rounds", {}, key="round-of-today")
    again = act(investigator, "/programme/rounds", {}, key="round-of-today")
    assert first.status_code == again.status_code == 202
    assert first.json()["job"] == again.json()["job"]
    assert len(began) == 1
    path = f"/programme/jobs/{first.json()['job']}"
    said = get(investigator, f"{path}/events").text
    assert 'event: progress\ndata: {"step": "a"' in said
    assert said.endswith('event: end\ndata: {"state": "done"}\n\n')
    assert get(investigator, path).json()["told"] == {"round": "x"}
    assert act(api.client(Role.NURSE), "/programme/rounds", {}).status_code == 403


def test_one_round_at_a_time_and_a_process_that_ends_early_has_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    popen = round_jobs.subprocess.Popen
    code = "import time; time.sleep(0.3)"
    monkeypatch.setattr(
        round_jobs.subprocess,
        "Popen",
        lambda _, **more: popen([sys.executable, "-c", code], **more),
    )
    jobs = RoundJobs("nowhere")
    jobs.begin("a", None, 7)
    with pytest.raises(RoundRunsError):
        jobs.begin("b", None, 7)
    with pytest.raises(NotThereError):
        jobs.job("b")
    jobs.job("a").process.wait(20)
    for _ in range(200):
        if jobs.job("a").state != "begun":
            break
        __import__("time").sleep(0.02)
    assert jobs.job("a").told()["state"] == "failed"
    assert jobs.job("a").told()["told"]["code"] == "OUT-083"
