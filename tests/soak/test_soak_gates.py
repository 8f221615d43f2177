"""A million steps of the two gates; `make soak`."""

import importlib.util
import os
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

STORY = Path(__file__).parents[1] / "safety" / "stories" / "test_two_gates.py"
STEPS = int(os.environ.get("NANOWARD_SOAK_STEPS", "1000000"))


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.hazard("H-66")
def test_both_gates_agree_over_a_million_steps() -> None:
    spec = importlib.util.spec_from_file_location("two_gates", STORY)
    assert spec is not None
    assert spec.loader is not None
    story = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(story)
    run_state_machine_as_test(
        story.Gates,
        settings=settings(
            max_examples=max(1, STEPS // 50),
            stateful_step_count=50,
            derandomize=True,
            deadline=None,
            database=None,
        ),
    )
    print(f"\n{STEPS} steps of the two gates")
