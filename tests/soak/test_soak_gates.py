"""A million steps of the two gates; `make soak`. NANOWARD_SOAK_STEPS for another number."""

import importlib.util
import os
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from walking import walk

STORY = Path(__file__).parents[1] / "safety" / "stories" / "test_two_gates.py"
STEPS = int(os.environ.get("NANOWARD_SOAK_STEPS", "1000000"))
SEED = int(os.environ.get("NANOWARD_SOAK_SEED", "1"))


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.hazard("H-66")
def test_both_gates_agree_over_a_million_steps() -> None:
    spec = importlib.util.spec_from_file_location("two_gates", STORY)
    assert spec is not None
    assert spec.loader is not None
    story = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(story)
    start = time.process_time()
    taken = walk(story.Gates, STEPS, SEED)
    print(f"\n{taken} steps of the two gates, {time.process_time() - start:.0f} s CPU")
    assert taken >= STEPS
