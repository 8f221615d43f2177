import numpy as np
import pytest

from nanoward.simulation.hosts.noise import remembering_noise, visit_days


@pytest.mark.parametrize("memory", [0.0, 0.3, 0.8])
def test_noise_remembers_the_week_before_as_stated(memory: float) -> None:
    noise = remembering_noise(np.random.default_rng(1), 40, 4000, memory)
    assert noise.var() == pytest.approx(1, abs=0.03)
    assert noise[0].var() == pytest.approx(1, abs=0.1)  # stationary from the first week on
    for gap in (1, 2):
        seen = np.mean(noise[gap:] * noise[:-gap])
        assert seen == pytest.approx(memory**gap, abs=0.03)


def test_visits_are_screening_and_every_seventh_day() -> None:
    assert visit_days(consent=3, first=10, last=30) == [3, 10, 17, 24]
    assert visit_days(consent=3, first=-1, last=30) == [3]
