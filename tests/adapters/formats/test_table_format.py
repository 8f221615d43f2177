import re
from dataclasses import replace

import pytest

from nanoward.adapters.formats import TwoUsualFormatsError, reader_of
from nanoward.adapters.formats.sequences.fasta import read_genomes
from nanoward.adapters.formats.table_format import FORMATS


def test_a_reader_is_imported_when_it_is_used() -> None:
    assert FORMATS.all()["genomes"].loaded() is read_genomes
    assert all(callable(one.loaded()) for one in FORMATS.all().values())


def test_each_role_has_one_usual_format_which_bears_its_name() -> None:
    known = FORMATS.all()
    for role in {one.role for one in known.values()}:
        usual = [name for name, one in known.items() if one.role == role and one.is_it is None]
        assert usual == [role]


def test_two_usual_formats_of_one_role_are_refused() -> None:
    usual = FORMATS.all()["genomes"]
    two = (usual, replace(usual, name="genomes again"))
    with pytest.raises(TwoUsualFormatsError, match="genomes"):
        reader_of(two, "genomes", "data/x.fasta", b">a\nACGT\n")


def test_every_name_that_a_place_shows_is_of_that_place_alone() -> None:
    places = [place for one in FORMATS.all().values() for place in one.places]
    for place in places:
        for name in place.names:
            told = [one for one in places if re.fullmatch(one.pattern, name.lower())]
            assert told == [place], name
