from pathlib import Path

from fastapi import APIRouter, Depends, Request
from tests.faces.service.service_world import doors

from nanoward.faces.service.guard import Open
from nanoward.faces.service.limits import MOST, TABLE, most_of

router = APIRouter(dependencies=[Depends(Open("a test"))])


@router.post("/sink")
async def sink(request: Request) -> int:
    return len(await request.body())


def test_too_much_at_once_is_refused_by_its_word_and_as_it_comes(ward: Path) -> None:
    with doors(ward, [router]) as made:
        client = made.client()
        assert client.post("/sink", content=b"x" * 10).json() == 10
        told = client.post("/sink", content=b"x" * (MOST + 1))
        assert (told.status_code, told.json()["code"]) == (413, "HTTP-413")
        unsaid = client.post("/sink", content=(b"x" * 100_000 for _ in range(12)))
        assert unsaid.status_code == 413
        odd = client.post("/sink", content=b"x", headers={"content-length": "x"})
        assert odd.status_code == 413


def test_tables_may_be_longer_and_reads_are_counted_where_they_are_streamed() -> None:
    assert most_of("/api/v1/control/kills") == MOST
    assert most_of("/api/v1/programme/files/findings") == TABLE
    assert most_of("/api/v1/catalogue/reads/S1/1") is None
