"""Modes are a distribution, or there is no model."""

from dataclasses import replace

import numpy as np
import pytest

from nanoward.watch.objects.motion_models import MODELS, SHIP


def test_every_model_has_shares_that_add_up_and_a_row_a_mode() -> None:
    for one in MODELS.values():
        assert np.isclose(one.table[:, 3].sum(), 1.0)
        assert one.table.shape == (len(one.kinds), 5)
    with pytest.raises(ValueError, match="distribution"):
        replace(SHIP, shares=(0.5, 0.1, 0.1, 0.1, 0.1))
    with pytest.raises(ValueError, match="distribution"):
        replace(SHIP, dwell_s=(0.0, 1.0, 1.0, 1.0, 1.0))
