from pathlib import Path

from fastapi import APIRouter, Depends
from tests.faces.service.service_world import doors

from nanoward.base.errors import InputError, RefusedError
from nanoward.faces.service.guard import Open
from nanoward.faces.service.problems import PROBLEM, DoorClosedError, problem_of

router = APIRouter(dependencies=[Depends(Open("a test"))])


@router.get("/refused")
async def refused() -> None:
    raise RefusedError("the gate said no")


@router.get("/broken/{number}")
async def broken(number: int) -> float:
    return 1 / number


def test_a_fault_of_ours_is_a_problem_document(ward: Path) -> None:
    with doors(ward, [router]) as made:
        told = made.client().get("/refused")
    assert told.status_code == 409
    assert told.headers["content-type"] == PROBLEM
    assert told.json() == {
        "type": "/problems/REF-001",
        "title": "A safety or consent rule said no; nothing was done",
        "status": 409,
        "detail": "the gate said no",
        "code": "REF-001",
        "next_step": "Read the reasons; nothing was done.",
    }


def test_a_place_in_a_document_is_told() -> None:
    told = problem_of(InputError("not a date", file="dm.csv", line=3, column="RFSTDTC"))
    assert told["errors"] == [
        {
            "file": "dm.csv",
            "line": 3,
            "column": "RFSTDTC",
            "detail": "dm.csv:3: not a date (column RFSTDTC)",
        }
    ]


def test_what_the_framework_refuses_and_our_own_bugs_say_no_more_than_they_must(
    ward: Path,
) -> None:
    with doors(ward, [router]) as made:
        client = made.client()
        for path, status in (("/nowhere", 404), ("/broken/x", 422), ("/broken/0", 500)):
            told = client.get(path)
            assert (told.status_code, told.headers["content-type"]) == (status, PROBLEM)
            assert "Traceback" not in told.text
        assert client.post("/refused").status_code == 405


def test_whatever_closes_a_door_has_its_own_code_and_status() -> None:
    assert DoorClosedError.code == "SRV-000"
    told = {one.code: one.status for one in DoorClosedError.__subclasses__()}
    assert len(told) == len(DoorClosedError.__subclasses__()) > 10
    assert "SRV-000" not in told
    assert all(400 <= status < 600 for status in told.values())
