"""What was settled of runs is read back as it was written."""

import numpy as np
from tests.catalogue.identity.test_contamination_screen import varied

from nanoward.catalogue.identity.contamination import contamination_result
from nanoward.catalogue.identity.settled_pairs import SettledRuns
from nanoward.flows.lots.settled_blobs import settled_bytes, settled_runs


def test_what_was_settled_is_read_back_as_it_was_written() -> None:
    known = varied(3)
    kept = contamination_result(*known, before=SettledRuns(readings={}, runs={})).settled
    back = settled_runs(settled_bytes(kept))
    assert back.keys() == kept.keys() != set()
    assert settled_bytes(back) == settled_bytes(kept)
    for name, run in kept.items():
        assert back[name].material == run.material
        np.testing.assert_array_equal(back[name].verdict, run.verdict)
        np.testing.assert_array_equal(back[name].left, run.left)
