import pytest

from nanoward.base.sections import BadSectionError
from nanoward.ports.service.service_keys import ServiceSection, service_section


def test_the_clinics_phone_is_read() -> None:
    assert service_section({"phone": "+49 30 1"}).phone == "+49 30 1"
    assert service_section({}) == ServiceSection(phone="")


@pytest.mark.parametrize("section", [{"fone": "1"}, {"phone": 1}])
def test_a_misspelt_key_or_a_number_is_named(section: dict[str, object]) -> None:
    with pytest.raises(BadSectionError):
        service_section(section)
