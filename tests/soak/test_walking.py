"""The walker walks what it says, and tells a broken promise with the way there."""

import sys
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

sys.path.insert(0, str(Path(__file__).parent))
from walking import WalkError, values_of, walk


class Counter(RuleBasedStateMachine):
    most = 1_000

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    @rule(by=st.sampled_from([1, 2]), twice=st.booleans())
    def add(self, by: int, twice: bool) -> None:
        self.count += by * (2 if twice else 1)

    @invariant()
    def is_small(self) -> None:
        assert self.count < self.most


class Small(Counter):
    most = 20


def test_a_sound_machine_is_walked_for_as_many_steps_as_were_asked() -> None:
    assert walk(Counter, 200, seed=1) == 200


def test_a_broken_promise_is_told_with_its_steps() -> None:
    with pytest.raises(WalkError, match=r"walk 1-0: \[\('add', \{'by': [12], 'twice'"):
        walk(Small, 200, seed=1)


def test_a_strategy_that_is_no_short_list_is_refused() -> None:
    with pytest.raises(TypeError):
        values_of(st.integers())
