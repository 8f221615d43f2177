from tests.faces.service.console_world import hidden, refused, send
from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role


def test_money_that_is_owed_and_late_stands_first(reading: Doors) -> None:
    page = reading.client(Role.ADMINISTRATOR).get("/console/agreements").text
    assert "were due and are in no payment" in page
    assert "Earned, and in no payment yet" in page


def test_a_document_that_is_none_is_refused_with_what_is_wrong(acting: Doors) -> None:
    office = acting.client(Role.ADMINISTRATOR)
    form = hidden(office.get("/console/agreements").text, "draft-agreement")
    told = office.post("/console/agreements/draft", data=form, files={"file": ("a.toml", b"x")})
    assert told.status_code in (409, 422)
    assert refused(told)


def test_an_agreement_that_nobody_signed_cannot_end(acting: Doors) -> None:
    told = send(acting.client(Role.ADMINISTRATOR), "/console/agreements", "end-agreement",
                "/console/agreements/end", participant="P001", agreement="none")  # fmt: skip
    assert told.status_code in (409, 422)
    assert refused(told)
