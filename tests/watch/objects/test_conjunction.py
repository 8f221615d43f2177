"""The 2-D probability by hand, by quadrature and by its laws; elements and their way back."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_encounters import orbit

from nanoward.watch.objects.conjunction import (
    OrbitState,
    common_frame,
    disc_probability,
    element_cloud,
    elements,
    inertial_covariance,
    plane_probability,
    rtn_axes,
    turned,
)


def test_a_round_gaussian_on_the_disc_is_known_in_closed_form() -> None:
    told = disc_probability(np.zeros(2), np.array([30.0, 30.0]), 20.0)
    assert math.isclose(told, 1 - math.exp(-(20**2) / (2 * 30**2)), rel_tol=1e-12)


@settings(max_examples=30)
@given(x=st.floats(-200, 200), y=st.floats(-200, 200), a=st.floats(5, 500), b=st.floats(5, 500))
def test_a_small_disc_is_density_times_area(x: float, y: float, a: float, b: float) -> None:
    density = math.exp(-(x * x / a**2 + y * y / b**2) / 2) / (2 * math.pi * a * b)
    told = disc_probability(np.array([x, y]), np.array([a, b]), 0.01)
    assert math.isclose(told, density * math.pi * 1e-4, rel_tol=1e-3, abs_tol=1e-300)


def test_a_very_thin_cloud_and_a_far_one() -> None:
    assert math.isclose(disc_probability(np.array([0.0, 3.0]), np.array([1e4, 1e-3]), 5.0),
                        math.erf(4 / (math.sqrt(2) * 1e4)), rel_tol=1e-3)  # fmt: skip
    assert disc_probability(np.array([1e6, 0.0]), np.array([1.0, 1.0]), 5.0) == 0.0
    assert 0 < disc_probability(np.array([300.0, 0.0]), np.array([10.0, 10.0]), 5.0) < 1e-150


def test_the_frame_in_which_it_is_told_changes_nothing() -> None:
    first, second = orbit(0.0), orbit(1.0)
    angle = 0.3
    turn = np.array(
        [
            [math.cos(angle), -math.sin(angle), 0],
            [math.sin(angle), math.cos(angle), 0],
            [0, 0, 1],
        ]
    )
    told = plane_probability(first, second, 10.0)
    other = plane_probability(turned(first, turn), turned(second, turn), 10.0)
    assert math.isclose(other, told, rel_tol=1e-9)
    assert math.isclose(told, 1 - math.exp(-(10**2) / (4 * 50**2)), rel_tol=1e-9)


@pytest.mark.hazard("H-326")
def test_each_covariance_is_turned_out_of_its_own_frame_before_they_are_added() -> None:
    long = np.diag([1.0, 1e6, 1.0, 1e-6, 1e-6, 1e-6])  # along its track
    one = orbit(0.7)
    told = inertial_covariance(long, one.position, one.velocity)
    along = one.velocity / np.linalg.norm(one.velocity)
    assert math.isclose(along @ told[:3, :3] @ along, 1e6, rel_tol=1e-9)
    assert np.allclose(rtn_axes(one.position, one.velocity) @ along, [0, 1, 0])


def test_elements_come_back_as_the_state_that_they_are_of() -> None:
    from nanoward.watch.objects.encounter_kernel import hit_weights, workspace

    rng = np.random.default_rng(1)
    for _ in range(5):
        place = rng.normal(size=3)
        place = 7.5e6 * place / np.linalg.norm(place)
        speed = np.cross(place, rng.normal(size=3))
        speed = 7800 * speed / np.linalg.norm(speed)
        frame = common_frame(*[OrbitState(name="", position=place, velocity=speed,
                                          covariance=np.eye(6))] * 2)  # fmt: skip
        own = elements(frame @ place, frame @ speed)
        assert np.isfinite(own).all()
        both = np.concatenate([own, own])
        root = np.eye(12) * 1e-12
        weights = np.zeros(1)
        lost = hit_weights(both, root, np.zeros((1, 12)), np.zeros(1), np.full((1, 2), 1e9),
                           np.eye(2, 3), 10.0, *workspace(2), weights)  # fmt: skip
        assert lost == 1  # nobody is a million kilometres off
    assert np.isnan(elements(np.array([7e6, 0, 0]), np.array([0, 2e4, 0]))).all()


def test_a_covariance_that_is_not_positive_is_known() -> None:
    one = orbit(0.2)
    assert element_cloud(one)[2]
    bad = one.covariance.copy()
    bad[0, 1] = bad[1, 0] = 1e5
    assert not element_cloud(OrbitState(name="", position=one.position, velocity=one.velocity,
                                        covariance=bad))[2]  # fmt: skip
