import json
from pathlib import Path

import pytest
from fastapi import APIRouter, Depends
from tests.faces.service.service_world import doors

from nanoward.faces.service.guard import Open
from nanoward.faces.service.telemetry import NOWHERE, Telemetry, route_of, to_stderr

router = APIRouter(dependencies=[Depends(Open("a test"))])


@router.get("/broken/{who}")
async def broken(who: str) -> None:
    raise ValueError(f"about {who}")


@pytest.mark.hazard("H-393")
def test_a_line_says_the_route_and_no_name_also_of_a_fault(ward: Path) -> None:
    with doors(ward, [router]) as made:
        made.client().get("/broken/P001%0A%7B")
        made.client().get("/nowhere/P002")
        lines = [json.loads(one) for one in made.lines]
    assert "P001" not in "".join(made.lines)
    assert "P002" not in "".join(made.lines)
    assert all(one.count("\n") == 1 and one.isascii() for one in made.lines)
    assert [one["event"] for one in lines] == ["fault", "request", "request"]
    assert lines[0]["fault"] == "ValueError"
    assert lines[1]["route"] == "/broken/{who}"
    assert lines[2] == {**lines[2], "route": NOWHERE, "status": 404}


def test_metrics_count_answers_by_route() -> None:
    telemetry = Telemetry(write=lambda _: None)
    scope = {"type": "http", "method": "GET"}
    telemetry.answered("id", scope, 200, 0.01)
    telemetry.answered("id", {**scope, "method": "BREW\n"}, 405, 0.01)
    text = telemetry.text().decode()
    assert 'nanoward_requests_total{method="GET",route="(no route)",status="200"} 1.0' in text
    assert 'method="other"' in text
    assert route_of(scope) == NOWHERE


def test_lines_go_to_stderr_where_nobody_says_otherwise(
    capsys: pytest.CaptureFixture[str],
) -> None:
    to_stderr("a line\n")
    assert capsys.readouterr().err == "a line\n"
