"""Wiring of the council: the programme's keys, a member's key file, the check of signatures."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nanoward.adapters.relays.relay_keys import relay_keys_in
from nanoward.ports.messages import CouncilDesk, MemberKeys, MessageDesk
from nanoward.wiring import Use
from nanoward.wiring.messages import open_messages
from nanoward.wiring.people import open_signatures


@contextmanager
def open_council(path: str, *, quiet: bool = False, use: Use = "act") -> Iterator[CouncilDesk]:
    """The council's desk of a programme; its keys are made where it has none."""
    with open_messages(path, quiet=quiet, use=use, keys=True) as desk:
        yield council_desk(desk, path)


def council_desk(desk: MessageDesk, path: str) -> CouncilDesk:
    """The desk over one of messages."""
    keys = relay_keys_in(Path(path) / ".nanoward" / "relay" / "relay.keys")
    return CouncilDesk(messages=desk, keys=keys, signatures=open_signatures())


def member_keys(file: str) -> MemberKeys:
    """A member's keys from their own file, made where there is none; BadRelayKeysError."""
    return relay_keys_in(Path(file))
