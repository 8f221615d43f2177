"""Screening against brute force, and elements of every kind."""

import json
from dataclasses import dataclass

import numpy as np

from nanoward.watch.objects.orbit_screening import apart, satellite_of, screened

LINES = (
    "1 06251U 62025E   06176.82412014  .00008885  00000-0  12808-3 0  3985",
    "2 06251  58.0579  54.0425 0030035 139.1568 221.1854 15.56387291  6774",
)
OTHER = (
    "1 28057U 03049A   06177.78615833  .00000060  00000-0  35940-4 0  1836",
    "2 28057  98.4283 247.6961 0000884  88.1964 271.9322 14.35478080140550",
)
START = 2453912.5  # 2006-06-26


def satellite(lines: tuple[str, str]) -> object:
    return satellite_of(json.dumps({"TLE_LINE1": lines[0], "TLE_LINE2": lines[1]}))


def test_approaches_are_those_of_brute_force() -> None:
    first, second = satellite(LINES), satellite(OTHER)
    told, lost = screened(first, [("28057", "B", second)], START, 86_400.0, 600.0)
    assert lost == []
    times = np.arange(0, 86_400, 1.0) / 86_400
    states = [one.sgp4_array(np.full(len(times), START), times)[1] for one in (first, second)]
    far = np.linalg.norm(states[1] - states[0], axis=1)
    least = np.flatnonzero((far[1:-1] < far[:-2]) & (far[1:-1] <= far[2:])) + 1
    near = [int(one) for one in least if far[one] < 600]
    assert [round(one.time) for one in told] == near
    assert all(abs(one.distance - far[at]) < 8 for one, at in zip(told, near, strict=True))


def test_who_flies_elsewhere_is_left_out_and_who_has_decayed_is_told() -> None:
    @dataclass
    class Shell:
        altp: float
        alta: float

    assert apart(Shell(0.1, 0.11), Shell(0.2, 0.3)) > 500
    assert apart(Shell(0.1, 0.2), Shell(0.15, 0.3)) == 0.0
    late = START + 40_000
    told, lost = screened(satellite(OTHER), [("06251", "A", satellite(LINES))], late, 60.0, 9e9)
    assert told == []
    assert lost


def test_an_omm_is_the_same_orbit_as_its_lines() -> None:
    plain = satellite(OTHER)
    omm = satellite_of(
        json.dumps(
            {
                "NORAD_CAT_ID": "28057", "EPOCH": "2006-06-26T18:52:04.079712",
                "MEAN_MOTION": "14.35478080", "ECCENTRICITY": "0.0000884",
                "INCLINATION": "98.4283", "RA_OF_ASC_NODE": "247.6961",
                "ARG_OF_PERICENTER": "88.1964", "MEAN_ANOMALY": "271.9322",
                "BSTAR": "0.000035940", "MEAN_MOTION_DOT": "0.0000006",
            }
        )
    )  # fmt: skip
    a, b = (one.sgp4(2453913.0, 0.3)[1] for one in (plain, omm))
    assert np.allclose(a, b, atol=1e-3)
