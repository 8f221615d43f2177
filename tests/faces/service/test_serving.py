from pathlib import Path

import pytest
from tests.faces.service.service_world import NOON

from nanoward.faces.service.serving import Address, AddressTakenError, listen, make_service
from nanoward.testing.fakes import SteppedClock


def test_the_two_pages_have_two_origins(ward: Path) -> None:
    made = make_service(str(ward), Address(port=8555), SteppedClock(NOON))
    assert made.origin == "http://localhost:8555"
    assert made.own_origin == "http://me.localhost:8555"
    made.close()


def test_an_address_that_somebody_has_is_told() -> None:
    door, address = listen(Address(port=0))
    with door:
        assert address.port
        with pytest.raises(AddressTakenError):
            listen(address)
