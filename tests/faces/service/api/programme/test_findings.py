from tests.faces.service.api.api_world import V1, act, get
from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role

FINDINGS = "/programme/findings"
CSV = b"sample,participant,taken\nS1,P001,2026-13-99\nS2,P002,2026-01-02\n"


def test_findings_of_the_last_round_are_listed_answered_and_accepted(api: Doors) -> None:
    nurse = api.client(Role.NURSE)
    first = get(nurse, FINDINGS, limit=1).json()["items"][0]["finding"]
    told = act(nurse, f"{FINDINGS}/{first}/answer", {"answer": "seen"})
    assert (told.status_code, told.json()["by"]) == (201, "nurse")
    body = {"reason": "known", "until": "2099-01-01"}  # longer than anybody may accept
    assert act(nurse, f"{FINDINGS}/{first}/acceptance", body).status_code == 409
    assert act(nurse, f"{FINDINGS}/{first}/assignment", {"role": "nurse"}).status_code in (
        201,
        422,
    )
    assert act(nurse, f"{FINDINGS}/none/answer", {"answer": "x"}).status_code == 404


def test_an_uploaded_table_shows_its_findings_row_by_row_and_is_kept_nowhere(
    api: Doors,
) -> None:
    nurse = api.client(Role.NURSE)
    headers = {"Content-Type": "application/octet-stream"}
    told = nurse.post(
        f"{V1}/programme/files/findings?name=samples.csv", content=CSV, headers=headers
    )
    assert told.status_code == 200, told.text
    assert [one["line"] for one in told.json()["findings"]] == [2]
    assert told.json()["tables"] == {"samples": 1}
    other = nurse.post(
        f"{V1}/programme/files/findings?name=../../x.exe", content=CSV, headers=headers
    )
    assert other.status_code == 404
