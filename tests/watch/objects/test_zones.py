"""Zones by hand, and settings that are read whole or refused."""

import copy

import numpy as np
import pytest

from nanoward.watch.objects.zones import BadZonesError, Zone, watched_area

GOOD = {
    "zone": [
        {"name": "a", "centre": [50.0, -1.0], "radius_m": 100},
        {"name": "b", "polygon": [[50.0, -1.0], [50.01, -1.0], [50.01, -0.99]]},
    ],
    "sensor": [{"name": "radar", "kind": "scanning", "place": [50.0, -1.0], "scan_s": 2}],
    "rules": {"run_length_h": 10},
}


def test_distances_from_a_square_by_hand() -> None:
    corners = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]])
    zone = Zone(name="z", corners=corners, radius=0.0, probability=0.1, horizon_s=10.0)
    told = zone.distance(np.array([[5.0, 5.0], [5.0, 12.0], [13.0, 14.0], [1.0, 5.0]]))
    assert told.tolist() == [-5.0, 2.0, 5.0, -1.0]
    assert zone.holds(np.array([[5.0, 5.0], [11.0, 5.0]])).tolist() == [True, False]


def test_settings_become_an_area_with_a_run_length_in_scans() -> None:
    area = watched_area(GOOD)
    assert [one.name for one in area.zones] == ["a", "b"]
    assert np.allclose(area.zones[0].corners, 0.0, atol=1e-6)
    assert area.rules.run_length == 10 * 1800
    assert area.sensor("radar") == 0
    assert area.sensor("whoever") == 1
    assert area.sensors[1].model.scanning is False


@pytest.mark.hazard("H-327")
@pytest.mark.parametrize(
    ("where", "key", "value"),
    [
        ("", "zones", []), ("", "zone", []), ("zone", "radius", 5), ("zone", "name", ""),
        ("zone", "centre", [95.0, 0.0]), ("zone", "centre", "here"), ("zone", "radius_m", -1),
        ("zone", "polygon", [[0, 0], [1, 1], [2, 0]]), ("sensor", "kind", "magic"),
        ("sensor", "probability", 1.5), ("sensor", "name", "others"), ("rules", "gate", True),
        ("motion", "model", "submarine"), ("catalogue", "known", "all"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused(where: str, key: str, value: object) -> None:
    table = copy.deepcopy(GOOD)
    if where in ("zone", "sensor"):
        table[where][0][key] = value
    elif where:
        table[where] = {key: value}
    else:
        table[key] = value
    with pytest.raises(BadZonesError):
        watched_area(table)
