"""What the doors need to know who asks, in one value."""

from collections.abc import Callable
from dataclasses import dataclass

from nanoward.ports.notifier import Notifier
from nanoward.ports.service.credentials import Credentials
from nanoward.ports.service.looks import Looks
from nanoward.ports.service.passkeys import Passkeys
from nanoward.ports.service.rates import Rates


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The parts that wiring picked for accounts, passkeys, reads and rates.

    console   ceremonies at the console's host
    own_page  ceremonies at the participants' host
    site_of   a participant's site; None where nobody knows it
    people_at everybody of a site
    chance    n random bytes
    duty      reaches whoever is on duty
    pseudonyms  the key that people's and arms' codes are made with
    """

    credentials: Credentials
    console: Passkeys
    own_page: Passkeys
    looks: Looks
    rates: Rates
    site_of: Callable[[str], str | None]
    people_at: Callable[[str], frozenset[str]]
    chance: Callable[[int], bytes]
    duty: Notifier
    pseudonyms: bytes

    def close(self) -> None:
        """Let go of stores; what was taken down is kept first."""
        self.looks.close()
        self.credentials.close()
