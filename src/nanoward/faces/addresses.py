"""Addresses of the group's processes, held by who supervises: nobody takes them between."""

import socket

from nanoward.base.errors import OutsideError


class AddressTakenError(OutsideError):
    """Somebody else listens at that address, or it is not this machine's."""

    code = "OUT-082"
    next_step = "Give another one with --host and --port."


def reserve(host: str, port: int) -> tuple[socket.socket, int]:
    """A socket that is bound and does not listen, and its port; 0 takes a free one.

    Whoever binds with SO_REUSEADDR may listen there; while nobody does, who calls is refused at
    once and need not wait. AddressTakenError where somebody else listens.
    """
    door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
    except (OSError, OverflowError) as fault:
        door.close()
        why = getattr(fault, "strerror", None) or str(fault)
        raise AddressTakenError(f"{host}:{port}: {why}") from fault
    return door, int(door.getsockname()[1])
