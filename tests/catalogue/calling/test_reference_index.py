import pytest

from nanoward.catalogue.calling.reference_index import (
    NoReferenceLettersError,
    agent_index,
    bases_of,
)


def test_positions_of_the_row_name_their_contig() -> None:
    agent = agent_index({"b": "ACGT", "a": "TTTTT"})
    assert agent.contigs == ("a", "b")
    assert agent.place(0) == ("a", 1)
    assert agent.place(6) == ("b", 1)
    assert bases_of(agent.codes[agent.span("b")]) == "ACGT"
    assert agent.real.tolist() == [True] * 5 + [False] + [True] * 4


@pytest.mark.parametrize("reference", [{}, {"a": ""}, {"a": "NNNN"}])
def test_a_reference_without_a_base_is_an_input_error(reference: dict[str, str]) -> None:
    with pytest.raises(NoReferenceLettersError) as told:
        agent_index(reference)
    assert told.value.exit_code == 3


def test_unusual_letters_are_places_that_no_read_can_tell() -> None:
    agent = agent_index({"a": "ACGTRYSWACGT"})
    assert (agent.codes == 4).sum() == 4
