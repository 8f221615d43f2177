from pathlib import Path

from tests.faces.service.service_world import doors

from nanoward.faces.service.guard import all_routes, rule_of


def test_every_route_of_the_app_has_a_rule(ward: Path) -> None:
    with doors(ward) as made:
        found = list(all_routes(made.app.routes))
    assert found
    assert all(rule_of(route) is not None for _, route in found)
