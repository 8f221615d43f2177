import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends
from tests.faces.service.identity.identity_world import (
    bare_programme,
    enrolled,
    entered,
    role_facts,
)
from tests.faces.service.service_world import doors

from nanoward.faces.service.guard import Guard, Visitor
from nanoward.programme.access.rights import Right

router = APIRouter()


@router.get("/trial-record/{participant}")
async def record(
    participant: str,
    visitor: Annotated[Visitor, Depends(Guard(Right.READ_IDENTITY, "participant"))],
) -> dict[str, str]:
    return {"who": participant, "scope": visitor.grant.scope}


@pytest.mark.hazard("H-404")
def test_an_emergency_opens_one_record_for_an_hour_and_the_council_knows(
    tmp_path: Path,
) -> None:
    with doors(bare_programme(tmp_path / "ward"), [router]) as made:
        role_facts(made, ("nia", "nurse"), ("cara", "council"))
        nia = entered(made, enrolled(made, "nia", "nurse", number=1, site="north"))
        cara = entered(made, enrolled(made, "cara", "council", number=2))
        where = "/trial-record/P009"  # nobody knows their site: not hers
        assert nia.get(where).json()["code"] == "SRV-002"
        form = {"participant": "P009", "reason": "now"}
        assert nia.post("/people/emergencies", data=form).status_code == 409
        form["reason"] = "unconscious in the emergency room"
        assert nia.post("/people/emergencies", data=form).status_code == 303
        assert nia.get(where).json()["scope"] == "all"
        assert nia.get("/trial-record/P010").status_code == 403
        assert "Emergency access is open" in nia.get("/devices").text
        outbox = Path(made.service.path) / ".nanoward" / "outbox.jsonl"
        (told,) = [json.loads(one) for one in outbox.read_text().splitlines()]
        assert (told["urgency"], told["subject"]) == ("now", "council")
        page = cara.get("/people").text
        assert "Not reviewed yet" in page
        assert "P009" not in page  # the list is for everybody: people go by pseudonyms
        (access,) = {one.split("/")[0] for one in page.split("/people/emergencies/")[1:]}
        assert nia.post(f"/people/emergencies/{access}/review").status_code == 403
        made.clock.advance(timedelta(minutes=60))
        assert entered(made, enrolled(made, "zoe", "nurse", number=3)).get(where).is_success
        nia = entered(made, again(made.service.origin))
        assert nia.get(where).json()["code"] == "SRV-002"  # the hour is over
        made.clock.advance(timedelta(hours=24))
        cara = entered(made, again(made.service.origin, 20))
        assert "Review overdue" in cara.get("/people").text
        told = cara.post(f"/people/emergencies/{access}/review", data={"note": "rightly so"})
        assert told.status_code == 303
        assert "rightly so" in cara.get("/people").text


def again(origin: str, number: int = 10):  # type: ignore[no-untyped-def]
    from tests.faces.service.identity.identity_world import SoftPasskey

    key = SoftPasskey(origin, number)
    key.counter = 90
    return key
