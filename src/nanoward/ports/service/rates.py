"""How often somebody may knock at the doors."""

from typing import Protocol


class Rates(Protocol):
    """Counts knocks by account, session and network."""

    def wait_s(self, kind: str, name: str, now_s: float) -> float:
        """Count one knock; seconds to wait, 0 where it may come in.

        kind  account, session, network
        """
        ...
