from tests.faces.service.api.api_world import get
from tests.faces.service.service_world import Doors

from nanoward.base.tables import FOUND
from nanoward.faces.service.api.programme.rounds import TABLE_RIGHTS
from nanoward.programme.access.rights import Role

ROUNDS = "/programme/rounds"


def test_rounds_and_their_tables_are_read(api: Doors) -> None:
    nurse = api.client(Role.NURSE)
    (row,) = get(nurse, ROUNDS).json()["items"]
    story = get(nurse, f"{ROUNDS}/{row['as_of']}").json()
    assert "standings" in story["tables"]
    told = get(nurse, f"{ROUNDS}/{row['as_of']}/tables/standings", limit=3).json()
    assert len(told["items"]) == 3
    assert get(nurse, f"{ROUNDS}/1999-01-01").status_code == 404
    assert get(nurse, f"{ROUNDS}/{row['as_of']}/tables/none").status_code == 404


def test_a_table_needs_the_right_that_it_is_of(api: Doors) -> None:
    nurse = api.client(Role.NURSE)
    (row,) = get(nurse, ROUNDS).json()["items"]
    council = api.client(Role.ADMINISTRATOR)
    assert get(council, f"{ROUNDS}/{row['as_of']}/tables/standings").status_code == 403
    coded = get(api.client(Role.COUNCIL), f"{ROUNDS}/{row['as_of']}/tables/standings").json()
    arms = {one["arm"] for one in coded["items"]} - {"", None}
    assert all(arm.startswith("arm-") for arm in arms)


def test_every_table_that_has_a_right_of_its_own_is_a_table() -> None:
    assert set(TABLE_RIGHTS) <= {one.name for one in FOUND}
