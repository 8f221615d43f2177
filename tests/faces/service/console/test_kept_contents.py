from dataclasses import dataclass
from typing import Any

from tests.faces.service.service_world import NOON

from nanoward.faces.service.console.kept_contents import MOST, KeptContents


@dataclass
class Asked:
    """A page that counts how often it is asked."""

    name: str = "page"
    times: int = 0

    def content(self, _: Any) -> int:
        self.times += 1
        return self.times


class Looks:
    """Somebody who looks at a ledger of some size."""

    def __init__(self, size: int) -> None:
        thing = type("T", (), {})
        self.account = thing()
        self.account.account, self.account.roles, self.account.site = "a", ("nurse",), ""
        self.reach, self.query, self.now = None, {}, NOON
        self.ports = thing()
        self.ports.ledger, self.ports.folder = thing(), thing()
        self.ports.ledger.head = lambda: type("H", (), {"size": size})
        self.ports.folder.plan = lambda: type("P", (), {"sha256": "x"})


def test_a_page_is_asked_again_when_the_ledger_grew_and_not_before() -> None:
    kept, page = KeptContents(), Asked()
    looks: Any = Looks(1)
    assert kept.of(page, looks) == kept.of(page, looks) == 1
    grown: Any = Looks(2)
    assert kept.of(page, grown) == 2
    for size in range(3, MOST + 4):
        more: Any = Looks(size)
        kept.of(page, more)
    assert kept.of(page, looks) > 2
