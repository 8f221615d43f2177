import pytest

from nanoward.ports.folder import is_place_of_data


@pytest.mark.parametrize("path", ["data/a.csv", "data/sdtm/lb.xpt", "programme.toml"])
def test_data_and_the_plan_have_a_place(path: str) -> None:
    assert is_place_of_data(path)


@pytest.mark.parametrize(
    "path", ["data", "data/../x", "/data/x", "data//x", "agents/a", ".nanoward/x", "data/.x",
             "data/a\\b", ""],
)  # fmt: skip
def test_nothing_else_has(path: str) -> None:
    assert not is_place_of_data(path)
