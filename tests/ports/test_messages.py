"""The council's desk works with the ports of its messages."""

from nanoward.adapters.relays.relay_keys import new_relay_keys
from nanoward.ports.messages import CouncilDesk, MemberKeys
from nanoward.testing.messages import message_bay
from nanoward.wiring.people import open_signatures


def test_a_council_desk_has_the_ports_of_its_messages() -> None:
    bay, keys = message_bay(), new_relay_keys()
    desk = CouncilDesk(messages=bay.desk, keys=keys, signatures=open_signatures())
    assert desk.ports is bay.desk.ports
    assert isinstance(keys, MemberKeys)
