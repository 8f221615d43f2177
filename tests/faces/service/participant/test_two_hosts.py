from pathlib import Path

import pytest
from tests.faces.service.participant.me_world import OWN, at_home
from tests.faces.service.service_world import ORIGIN

from nanoward.faces.service.participant.two_hosts import host_of, misplaced

HOSTS = {"staff": "ward", "own": "me.ward"}


@pytest.mark.parametrize(
    ("path", "host", "passes"),
    [
        ("/me/", "me.ward", True),
        ("/me/home", "ward", False),
        ("/me", "ward", False),
        ("/menu", "ward", True),
        ("/console/now", "me.ward", False),
        ("/console/now", "ward", True),
        ("/api/v1/x", "me.ward", False),
        ("/people", "me.ward", False),
        ("/sign-in", "me.ward", True),
        ("/sign-in", "ward", True),
        ("/health/live", "10.0.0.1:8443", True),
        ("/metrics", "127.0.0.1:8443", True),
        ("/me/", "rebound.example", False),
        ("/sign-in", "rebound.example", False),
    ],
)
def test_each_path_is_at_home_on_one_host(path: str, host: str, passes: bool) -> None:
    assert (misplaced(path, host, **HOSTS) == "") is passes


def test_one_name_for_both_serves_both() -> None:
    assert misplaced("/me/", "ward", staff="ward", own="ward") == ""
    assert misplaced("/console", "ward", staff="ward", own="ward") == ""
    assert host_of("https://Me.Ward.Example:8443") == "me.ward.example:8443"


def test_the_app_holds_to_it(ward: Path) -> None:
    with at_home(ward) as home:
        client = home.client(None)
        assert client.get("/me/").status_code == 200
        assert client.get(f"{ORIGIN}/me/").status_code == 404
        assert client.get(f"{ORIGIN}/health/live").status_code == 200
        assert client.get("/me/", headers={"host": "rebound.example"}).status_code == 421
        assert client.get(f"{OWN}/health/live").status_code == 200
