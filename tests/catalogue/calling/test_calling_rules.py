import pytest

from nanoward.base.errors import InputError
from nanoward.catalogue.calling.calling_rules import CallingRules, read_rules


def test_an_empty_section_keeps_the_rules() -> None:
    assert read_rules({}) == CallingRules()


@pytest.mark.parametrize(
    "section", [{"alpha": 0.0}, {"least_depth": 1}, {"strand": 2.0}, {"other_strain": 0.0}]
)
def test_a_rule_beyond_reason_names_its_key(section: dict[str, float]) -> None:
    with pytest.raises(InputError, match=next(iter(section))):
        read_rules(section)
