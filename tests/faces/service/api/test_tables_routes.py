import io

import polars as pl
from tests.faces.service.api.api_world import get
from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role


def test_a_table_of_the_last_round_is_for_those_who_may(api: Doors) -> None:
    told = get(api.client(Role.INVESTIGATOR), "/tuning/fits", limit=2).json()
    assert len(told["items"]) == 2
    assert "participant" in told["columns"]
    whole = get(api.client(Role.INVESTIGATOR), "/tuning/fits", format="parquet")
    assert pl.read_parquet(io.BytesIO(whole.content)).height > 2
    assert get(api.client(Role.EPIDEMIOLOGIST), "/tuning/fits").status_code == 403
    hidden = get(api.client(Role.PHARMACOLOGIST), "/tuning/fits", format="csv").text
    assert "P001" not in hidden
