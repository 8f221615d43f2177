from pathlib import Path

from tests.faces.service.service_world import doors

from nanoward.programme.access.rights import Role


def test_metrics_are_for_this_machine_or_for_who_is_signed_in(ward: Path) -> None:
    with doors(ward) as made:
        here = made.client()
        told = here.get("http://localhost/metrics")
        assert told.status_code == 200
        assert "nanoward_ledger_records" in told.text
        assert "P001" not in told.text
        proxied = here.get("http://localhost/metrics", headers={"X-Forwarded-For": "1.2.3.4"})
        assert proxied.status_code == 401
        assert here.get("/metrics").status_code == 401
        assert made.client(Role.NURSE).get("/metrics").status_code == 200
        (ward / "programme.toml").write_text("name = \n")
        assert "nanoward_ledger_records NaN" in here.get("http://localhost/metrics").text
