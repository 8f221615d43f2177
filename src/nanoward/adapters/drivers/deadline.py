"""A total deadline for one call to a device, however slowly its answer trickles in."""

from collections.abc import Callable
from queue import Empty, Queue
from threading import Thread
from typing import TypeVar

from nanoward.ports.driver import DriverSilentError

Answer = TypeVar("Answer")


def within(seconds: float, call: Callable[[], Answer], *, of: str) -> Answer:
    """What a call gives, or DriverSilentError once so many seconds have gone.

    The call itself goes on in a thread that nobody waits for: what it does is not known, as
    with every silent device.

    of  the device, for the message
    """
    told: Queue[tuple[list[Answer], BaseException | None]] = Queue(1)

    def run() -> None:
        try:
            told.put(([call()], None))
        except BaseException as fault:  # noqa: BLE001 - handed to who waits
            told.put(([], fault))

    Thread(target=run, daemon=True).start()
    try:
        answer, fault = told.get(timeout=seconds)
    except Empty:
        raise DriverSilentError(f"no answer from {of} within {seconds:g} s") from None
    if fault is not None:
        raise fault
    return answer[0]
