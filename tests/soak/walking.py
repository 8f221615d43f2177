"""Walk a state machine at random, without hypothesis in between: many more steps a second.

Every rule is as likely as another, every value of its strategies too; invariants after each
step, teardown after each walk. A fault tells the walk's seed and its steps, so that it can be
walked again.
"""

from random import Random
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.strategies import SearchStrategy


class WalkError(AssertionError):
    """A machine's promise was broken on the way."""


def walk(machine: type[RuleBasedStateMachine], steps: int, seed: int, length: int = 50) -> int:
    """Take so many steps, in walks of `length`; returns the steps taken.

    machine  its rules draw from `sampled_from` and `booleans` alone; no bundles
    """
    state = machine.setup_state()
    rules = [
        (rule.function, {name: values_of(one) for name, one in rule.arguments.items()}, rule)
        for rule in state.rules
    ]
    taken = 0
    for number in range(-(-steps // length)):
        chance, one, path = Random(f"{seed}-{number}"), machine(), list[tuple[str, Any]]()
        try:
            for _ in range(length):
                function, values, rule = chance.choice(rules)
                drawn = {name: chance.choice(some) for name, some in values.items()}
                if not all(holds(one) for holds in rule.preconditions):
                    continue
                path.append((function.__name__, drawn))
                function(one, **drawn)
                for promise in state.invariants:
                    promise.function(one)
                taken += 1
            one.teardown()
        except AssertionError as fault:
            raise WalkError(f"walk {seed}-{number}: {path}") from fault
    return taken


def values_of(strategy: SearchStrategy[Any]) -> tuple[Any, ...]:
    """What a strategy draws from; TypeError where that is no short list."""
    plain = getattr(strategy, "wrapped_strategy", strategy)
    if hasattr(plain, "elements"):
        return tuple(plain.elements)
    if "Boolean" in type(plain).__name__:
        return (False, True)
    raise TypeError(f"cannot walk over {strategy!r}")
