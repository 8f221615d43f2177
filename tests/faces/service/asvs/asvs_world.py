"""One bare programme's doors for every line of the standard that a module holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faces.service.identity.identity_world import bare_programme, role_facts
from tests.faces.service.service_world import Doors, doors

PEOPLE = (("ada", "administrator"), ("ben", "administrator"), ("cara", "council"))


@contextmanager
def peopled(folder: Path) -> Iterator[Doors]:
    """Doors of a programme with two administrators and a council member, by the ledger."""
    with doors(bare_programme(folder / "ward")) as made:
        role_facts(made, *PEOPLE)
        yield made
