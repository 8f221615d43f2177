"""What a page shows of the ledger, kept while ledger, plan and minute stay the same."""

import threading
from collections import OrderedDict
from typing import Any

from nanoward.faces.service.console.looking import Looking

MOST = 256


class KeptContents:
    """Contents of pages; one question of one ledger is asked once in a minute."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()

    def of(self, page: Any, looking: Looking) -> Any:
        """The page's content for somebody who looks."""
        account, now = looking.account, looking.now
        key = (
            page.name, account.account, tuple(account.roles), account.site, looking.reach,
            looking.ports.ledger.head().size, looking.ports.folder.plan().sha256,
            tuple(sorted(looking.query.items())), now.replace(second=0, microsecond=0),
        )  # fmt: skip
        with self._turn:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = page.content(looking)
        with self._turn:
            self._kept[key] = found
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return found
