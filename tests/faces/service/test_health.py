from pathlib import Path

from tests.faces.service.service_world import doors


def test_a_part_that_is_down_is_named(ward: Path) -> None:
    with doors(ward) as made:
        client = made.client()
        assert client.get("/health/live").json() == {"status": "live"}
        assert client.get("/health/ready").json() == {
            "ready": True,
            "parts": {"ledger": "ready"},
        }
        (ward / "programme.toml").write_text("name = \n")
        told = client.get("/health/ready")
    assert told.status_code == 503
    assert told.json()["parts"]["ledger"].startswith("down: ")
