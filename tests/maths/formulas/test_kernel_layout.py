"""Where numbers stand: registers of even length, vectors of whole fours."""

from hypothesis import given
from hypothesis import strategies as st

from nanoward.maths.formulas import kernel_layout as layout


@given(states=st.integers(0, 30), width=st.integers(1, 40))
def test_a_register_holds_its_numbers_and_a_vector_all_its_states(
    states: int, width: int
) -> None:
    stride = layout.stride_of(width)
    assert width <= stride <= width + 1
    if width > 1:
        assert stride % 2 == 0
    size = layout.vector_size(states, stride)
    assert size % layout.EDGE == 0
    assert states * stride <= size < max(states, 1) * stride + layout.EDGE


def test_no_two_things_share_a_slot() -> None:
    slots = [
        value
        for name, value in vars(layout).items()
        if isinstance(value, int) and name not in {"EDGE", "MOST_STATES"}
    ]
    of_m = sorted(one for one in slots if one < layout.FIRST_FREE_M)
    assert set(range(layout.FIRST_FREE_M)) <= set(of_m)
    assert layout.FIRST_FREE_Q == layout.ORDER + layout.MOST_STATES
