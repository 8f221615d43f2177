import time

import pytest

from nanoward.adapters.drivers.deadline import within
from nanoward.ports.driver import DriverRefusedError, DriverSilentError


def test_an_answer_in_time_is_given_and_a_refusal_is_handed_on() -> None:
    assert within(5.0, lambda: 4, of="pump") == 4
    with pytest.raises(DriverRefusedError, match="no"):
        within(5.0, _refuse, of="pump")


@pytest.mark.hazard("H-243")
def test_a_device_that_trickles_holds_nobody_beyond_the_deadline() -> None:
    began = time.monotonic()
    with pytest.raises(DriverSilentError, match=r"no answer from pump within 0\.1 s"):
        within(0.1, _trickle, of="pump")
    assert time.monotonic() - began < 2.0


def _trickle() -> None:
    for _ in range(400):  # each read is short; the call is not
        time.sleep(0.01)


def _refuse() -> None:
    raise DriverRefusedError("no")
