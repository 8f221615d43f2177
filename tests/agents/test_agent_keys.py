import pytest

from nanoward.agents.agent_keys import AgentsSection, agents_section
from nanoward.base.sections import BadSectionError


def test_people_who_may_sign_specs_are_read() -> None:
    assert agents_section({"people": {"anna": "00"}}).people == {"anna": "00"}
    assert agents_section({}) == AgentsSection()


@pytest.mark.parametrize(
    "section", [{"pepole": {}}, {"people": {"anna": 1}}, {"people": "anna"}]
)
def test_a_misspelt_key_or_a_key_of_another_kind_is_named(section: dict[str, object]) -> None:
    with pytest.raises(BadSectionError):
        agents_section(section)
