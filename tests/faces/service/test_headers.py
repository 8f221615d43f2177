from pathlib import Path

from tests.faces.service.service_world import doors

from nanoward.faces.service.headers import ALWAYS


def test_every_answer_says_what_a_browser_may_do(ward: Path) -> None:
    with doors(ward) as made:
        for path in ("/health/live", "/nowhere"):
            told = made.client().get(path)
            assert all(told.headers[name] == value for name, value in ALWAYS.items())
            assert told.headers["cache-control"] == "no-store"
            assert len(told.headers["x-request-id"]) == 16
