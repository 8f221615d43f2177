from tests.faces.service.api.api_world import act, get
from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role


def test_records_come_in_order_with_their_proofs(api: Doors) -> None:
    investigator = api.client(Role.INVESTIGATOR)
    first = get(investigator, "/audit/records", limit=3).json()
    assert [one["seq"] for one in first["items"]] == [1, 2, 3]
    second = get(investigator, "/audit/records", limit=3, after=first["next"]).json()
    assert second["items"][0]["seq"] == 4
    assert "tlog-proof" in get(investigator, "/audit/proofs/1").json()["proof"]
    assert get(investigator, "/audit/proofs/999999").status_code == 404
    assert get(investigator, "/audit/checkpoint").json()["size"] > 3


def test_an_auditor_sees_hashes_and_no_body(api: Doors) -> None:
    told = get(api.client(Role.AUDITOR), "/audit/records", limit=50).json()["items"]
    assert all(one["body"] == {} and one["actor"] == "" for one in told)
    assert all(len(one["hash"]) == 64 for one in told)


def test_partners_claims_and_judgements_are_for_those_who_may(api: Doors) -> None:
    assert get(api.client(Role.EPIDEMIOLOGIST), "/audit/partners").json()["items"] == []
    partner = api.client(Role.PARTNER)
    told = act(partner, "/audit/schedule", {"schedule": "partner\n"})
    assert told.status_code == 403
    told = act(partner, "/audit/judgements/none/answer", {"words": "no"})
    assert told.status_code in (404, 422)
    told = act(partner, "/audit/claims", {"envelopes": ["no envelope"]})
    assert told.status_code in (201, 422)
    assert act(api.client(Role.NURSE), "/audit/claims", {"envelopes": ["x"]}).status_code == 403
