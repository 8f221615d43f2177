from datetime import timedelta
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends
from tests.faces.service.service_world import doors

from nanoward.faces.service.guard import FRESH, Guard, Visitor
from nanoward.programme.access.rights import Right, Role

router = APIRouter()
READ = Guard(Right.READ_CLINICAL, "participant")


@router.get("/trial/{participant}", tags=["trial"])
async def about(participant: str, visitor: Annotated[Visitor, Depends(READ)]) -> dict[str, str]:
    return {"who": participant, "scope": visitor.grant.scope}


@router.post("/trial-export", dependencies=[Depends(Guard(Right.EXPORT))])
async def export() -> dict[str, bool]:
    return {"done": True}


def test_who_is_not_signed_in_is_told_so(ward: Path) -> None:
    with doors(ward, [router]) as made:
        told = made.client().get("/trial/P001")
    assert told.status_code == 401
    assert told.json()["code"] == "SRV-001"
    assert told.headers["content-type"] == "application/problem+json"


def test_the_matrix_decides(ward: Path) -> None:
    with doors(ward, [router]) as made:
        nurse, epi = made.client(Role.NURSE), made.client(Role.EPIDEMIOLOGIST)
        own = made.client(Role.PARTICIPANT, participant="P001")
        assert nurse.get("/trial/P001").json()["scope"] == "site"
        assert epi.get("/trial/P001").json()["scope"] == "minimal"
        assert own.get("/trial/P001").json()["scope"] == "own"
        assert own.get("/trial/P002").json()["code"] == "SRV-002"
        assert made.client(Role.ADMINISTRATOR).get("/trial/P001").status_code == 403


def test_some_acts_need_a_fresh_signature(ward: Path) -> None:
    with doors(ward, [router]) as made:
        auditor = made.client(Role.AUDITOR)
        assert auditor.post("/trial-export").status_code == 200
        made.clock.advance(FRESH + timedelta(seconds=1))
        assert auditor.post("/trial-export").json()["code"] == "SRV-003"


def test_another_origin_s_page_acts_for_nobody(ward: Path) -> None:
    with doors(ward, [router]) as made:
        auditor = made.client(Role.AUDITOR)
        told = auditor.post("/trial-export", headers={"origin": "https://elsewhere.example"})
        assert told.json()["code"] == "SRV-004"
        del auditor.headers["origin"]
        told = auditor.post("/trial-export", headers={"sec-fetch-site": "cross-site"})
        assert told.json()["code"] == "SRV-004"


def test_no_app_starts_with_a_door_that_has_no_rule(ward: Path) -> None:
    forgotten = APIRouter(prefix="/forgotten")

    @forgotten.get("/door")
    async def door() -> None: ...

    with pytest.raises(RuntimeError, match="/forgotten/door"), doors(ward, [forgotten]):
        pass
