"""Where the 2-D probability holds, where it does not, and NASA's published cases."""

import csv
import io
import lzma
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_encounters import orbit

from nanoward.adapters.formats.objects.conjunction_messages import read_conjunctions
from nanoward.flows.watch.judge_conjunctions import states_of
from nanoward.watch.objects.collision_draws import collision_risk, encounter_duration

DATA = Path(__file__).parents[3] / ".." / "shared" / "data" / "watch" / "conjunctions"


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def test_a_fast_encounter_is_told_by_the_plane() -> None:
    risk = collision_risk(orbit(0.0), orbit(1.0), 10.0, rng(), draws=500)
    assert risk.is_plane_valid
    assert risk.probability == risk.plane
    assert np.isclose(risk.plane, 1 - np.exp(-(10**2) / (4 * 50**2)), rtol=1e-6)


@pytest.mark.hazard("H-326")
def test_a_slow_encounter_is_never_told_by_the_plane_alone() -> None:
    other = orbit(0.0)
    other = replace(other, position=other.position + np.array([0.0, 0.0, 30.0]),
                    velocity=other.velocity + np.array([0.0, 0.02, 0.0]))  # fmt: skip
    risk = collision_risk(orbit(0.0), other, 10.0, rng(), draws=300)
    assert not risk.is_plane_valid
    assert "slow or long encounter" in risk.reasons[0]
    assert risk.low <= risk.probability <= risk.high
    assert encounter_duration(orbit(0.0), orbit(0.0), 1.0) == float("inf")


@pytest.mark.hazard("H-326")
def test_no_closed_orbit_is_cannot_tell() -> None:
    gone = replace(orbit(0.5), velocity=np.array([0.0, 15_000.0, 0.0]))
    risk = collision_risk(orbit(0.0), gone, 10.0, rng(), draws=100)
    assert np.isnan(risk.probability)
    assert "no closed orbit" in risk.reasons


@pytest.mark.shared
@pytest.mark.hazard("H-326")
@pytest.mark.timeout(600)
def test_published_conjunctions_by_plane_check_and_monte_carlo() -> None:
    if not DATA.exists():
        pytest.skip("../shared/data/watch/conjunctions is not on this machine")
    rows = list(csv.DictReader(io.StringIO((DATA / "cara_pc.csv").read_text())))
    archive = io.BytesIO(lzma.decompress((DATA / "cdm.tar.xz").read_bytes()))
    with tarfile.open(fileobj=archive) as files:
        for row in rows[::3]:
            file = files.extractfile(f"{row['Conjunction_ID']}.cdm")
            assert file is not None
            table = read_conjunctions("c.cdm", file.read()).table
            first, second = states_of(table.row(0, named=True))
            risk = collision_risk(first, second, float(row["HBR_m"]), rng(), draws=300)
            assert abs(risk.plane / float(row["Pc2D_NoAdj"]) - 1) < 0.01
            assert risk.is_plane_valid == (row["ViolationsPc2D"] == "0")
            if not risk.is_plane_valid:
                assert risk.low * 0.8 <= float(row["PcSDMCHi"])
                assert risk.high * 1.25 >= float(row["PcSDMCLo"])
