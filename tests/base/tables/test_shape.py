import pytest

from nanoward.base.tables import FOUND, INCOMING, TableShape


@pytest.mark.parametrize("shape", [*INCOMING, *FOUND], ids=lambda shape: shape.name)
def test_every_key_names_a_column_and_every_column_says_what_it_means(
    shape: TableShape,
) -> None:
    assert all(shape.column(name) is not None for name in shape.key)
    assert all(column.meaning for column in shape.columns)
    names = [column.name for column in shape.columns]
    assert len(names) == len(set(names))


def test_names_of_tables_are_unique() -> None:
    names = [shape.name for shape in (*INCOMING, *FOUND)]
    assert len(names) == len(set(names))
