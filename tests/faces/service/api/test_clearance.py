import pytest
from tests.faces.service.api.api_world import CONSENT, READING, SIGNED, act, get
from tests.faces.service.service_world import Doors

from nanoward.base.canonical import sha256_of
from nanoward.programme.access.rights import Role

PEOPLE = "/clearance/participants"
PHQ9 = {"instrument": "PHQ9", "answers": {f"PHQ90{n}": 0 for n in range(1, 10)}}


def test_everybody_is_listed_once_over_all_pages(api: Doors) -> None:
    investigator, names, after = api.client(Role.INVESTIGATOR), [], None
    while True:
        told = get(investigator, PEOPLE, limit=7, **({"after": after} if after else {})).json()
        names += [one["participant"] for one in told["items"]]
        if (after := told["next"]) is None:
            break
    assert names == sorted(set(names))
    assert "P001" in names


def test_a_person_says_standing_and_consent(api: Doors) -> None:
    told = get(api.client(Role.INVESTIGATOR), f"{PEOPLE}/P001")
    assert told.json()["consent"] == "active"
    assert told.headers["etag"] == f'"{told.json()["version"]}"'


def test_an_assessment_is_scored_and_kept(api: Doors) -> None:
    nurse = api.client(Role.NURSE)
    listed = get(nurse, PEOPLE, limit=200).json()["items"]
    who = next(
        one["participant"]
        for one in listed
        if one["standing"] in ("screened", "cleared", "held") and one["participant"] in SIGNED
    )
    told = act(nurse, f"{PEOPLE}/{who}/assessments", PHQ9)
    assert told.status_code == 201, told.text
    assert told.json()["score"] == 0
    bad = act(nurse, f"{PEOPLE}/{who}/assessments", {**PHQ9, "x": 1})
    assert bad.status_code == 422


def test_a_reading_and_the_gate_are_on_record(api: Doors) -> None:
    nurse = api.client(Role.NURSE)
    assert act(nurse, f"{PEOPLE}/P001/readings", READING).json()["value"] == 36.6
    told = act(nurse, f"{PEOPLE}/P001/gate", {"act": "clawback"}).json()
    assert told["allowed"] is False
    assert "never allowed" in told["reasons"][0]
    assert act(nurse, f"{PEOPLE}/P001/gate", {"act": "dance"}).json()["code"] == "CLR-006"


@pytest.mark.hazard("H-389")
def test_a_withdrawn_person_pushed_data_is_refused_at_the_server(api: Doors) -> None:
    own, nurse = api.client(Role.PARTICIPANT, participant="P007"), api.client(Role.NURSE)
    assert act(nurse, f"{PEOPLE}/P007/readings", READING).status_code == 201
    assert act(own, f"{PEOPLE}/P007/withdrawal", {}).status_code == 201
    for path, body in (
        ("readings", READING),
        ("assessments", PHQ9),
    ):
        told = act(nurse, f"{PEOPLE}/P007/{path}", body)
        assert told.status_code == 409, told.text
    listed = get(nurse, PEOPLE, limit=200).json()["items"]
    assert {one["participant"]: one["standing"] for one in listed}["P007"] == "withdrawn"
    gate = act(nurse, f"{PEOPLE}/P007/gate", {"act": "message"}).json()
    assert gate["allowed"] is False


def test_consent_is_signed_by_the_person_and_its_history_stays(api: Doors) -> None:
    own = api.client(Role.PARTICIPANT, participant="P014")
    path = f"{PEOPLE}/P014/consent"
    seen = get(own, f"{PEOPLE}/P014").headers["etag"]
    body = {
        "document_sha256": sha256_of(CONSENT),
        "printed_name": "A Person",
        "uses": ["research", "future"],
        "explained_by": "N",
        "witnessed_by": "M",
        "identified_by": "passport and PIN",
        "read_s": 600,
    }
    assert act(own, path, body).status_code == 428
    told = act(own, path, body, **{"If-Match": seen})
    assert told.status_code == 201, told.text
    other = {**body, "document_sha256": "0" * 64}
    seen = told.headers["etag"]
    assert act(own, path, other, **{"If-Match": seen}).json()["code"] == "REF-111"
    assert act(own, f"{PEOPLE}/P014/withdrawal", {}).status_code == 201
    state = get(own, path).json()
    assert state["status"] == "withdrawn"
    assert [one["kind"] for one in state["history"]] == ["ConsentSigned", "ConsentWithdrawn"]


def test_nobody_signs_for_another(api: Doors) -> None:
    assert act(api.client(Role.NURSE), f"{PEOPLE}/P001/consent", {}).status_code == 403


def test_a_change_that_waits_for_nobody_cannot_be_confirmed(api: Doors) -> None:
    investigator = api.client(Role.INVESTIGATOR)
    seen = get(investigator, f"{PEOPLE}/P008").headers["etag"]
    told = act(
        investigator, f"{PEOPLE}/P008/standing", {"reason": "seen"}, **{"If-Match": seen}
    )
    assert told.json()["code"] == "PRG-030"
