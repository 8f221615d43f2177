from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanoward.control.orders import (
    FIELDS,
    LARGEST_WHOLE,
    Order,
    Queue,
    next_up,
    order_of,
    queued,
    settled,
    started,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def asked(**changes: Any) -> dict[str, Any]:
    return {
        "order": "O1",
        "participant": "P1",
        "agent": "A1",
        "setting": "rate",
        "kind": "set",
        "value": 4.0,
        "unit": "ug/h",
        "lease_s": 600,
        "issued": NOW,
        "requested_by": "nurse",
        "role": "staff",
        "scopes": ("ours",),
        **changes,
    }


def order(name: str, *, seconds: int = 0, **changes: Any) -> Order:
    made, faults = order_of(
        asked(order=name, issued=NOW + timedelta(seconds=seconds), **changes), received=NOW
    )
    assert made is not None, faults
    return made


def test_a_sound_document_gives_its_order() -> None:
    made, faults = order_of(asked(), received=NOW)
    assert faults == ()
    assert made == Order(**asked())


@pytest.mark.parametrize("value", [0, -0.0, 7, 4.5, -3, LARGEST_WHOLE])
def test_whole_numbers_are_numbers_and_zero_has_no_sign(value: float) -> None:
    made, _ = order_of(asked(value=value), received=NOW)
    assert made is not None
    assert type(made.value) is float
    assert made.value == value
    assert str(made.value) != "-0.0"


@pytest.mark.hazard("H-20")
@pytest.mark.parametrize(
    "changes",
    [
        *({"value": bad} for bad in (float("nan"), float("inf"), float("-inf"), True, False)),
        *({"value": bad} for bad in ("4", None, LARGEST_WHOLE + 1, -LARGEST_WHOLE - 1, [4.0])),
        *({"lease_s": bad} for bad in (0, -1, True, 600.0, "600", None, LARGEST_WHOLE + 1)),
        *({"issued": bad} for bad in (NOW.replace(tzinfo=None), NOW.isoformat(), None)),
        *({"kind": bad} for bad in ("SET", "kill", "more", "", None, 3)),
        *({"scopes": bad} for bad in ("ours", ("",), (3,), None)),
        *({name: bad} for name in ("order", "unit", "role") for bad in ("", 3, None, "a\nb")),
        {"participant": "x" * 201},
        {"extra": 1},
    ],
)
def test_a_document_that_is_not_quite_an_order_is_none(changes: dict[str, Any]) -> None:
    made, faults = order_of(asked(**changes), received=NOW)
    assert made is None
    assert faults


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_a_document_that_lacks_a_field_is_no_order(name: str) -> None:
    document = asked()
    del document[name]
    assert order_of(document, received=NOW)[0] is None


def test_a_lease_of_one_second_and_a_name_of_200_letters_are_sound() -> None:
    document = asked(lease_s=1, participant="x" * 200)
    assert order_of(document, received=NOW)[0] == Order(**document)


@pytest.mark.hazard("H-21")
@pytest.mark.parametrize("kind", ["stop", "less"])
@pytest.mark.parametrize(
    "changes",
    [{"value": float("nan")}, {"unit": 7}, {"lease_s": -1}, {"scopes": 3}, {"order": None}],
)
def test_a_stop_that_is_badly_written_is_understood(kind: str, changes: dict[str, Any]) -> None:
    made, faults = order_of(asked(kind=kind, **changes), received=NOW)
    assert made is not None
    assert (made.kind, made.participant, made.value) == (kind, "P1", None)
    assert made.issued == NOW
    assert made.scopes == ()
    assert faults


def test_a_stop_that_does_not_say_when_was_issued_when_it_came() -> None:
    later = NOW + timedelta(seconds=9)
    for issued in (None, NOW.replace(tzinfo=None)):
        made, _ = order_of(asked(kind="stop", issued=issued), received=later)
        assert made is not None
        assert made.issued == later
    kept, _ = order_of(asked(kind="stop", unit=7), received=later)
    assert kept is not None
    assert kept.issued == NOW


def test_a_stop_for_nobody_is_no_order() -> None:
    assert order_of(asked(kind="stop", participant=""), received=NOW)[0] is None


def test_a_stop_without_a_value_is_sound() -> None:
    made, faults = order_of(asked(kind="stop", value=None), received=NOW)
    assert faults == ()
    assert made is not None
    assert made.value is None


# ---- queue ---------------------------------------------------------------------------------


def test_an_idle_queue_sends_what_comes_first() -> None:
    queue, gone = queued(Queue(), order("O1"))
    assert gone == ()
    assert next_up(queue) == order("O1")


def test_nothing_goes_out_behind_an_order_of_unknown_outcome() -> None:
    queue, _ = queued(Queue(running="O1"), order("O2"))
    assert next_up(queue) is None
    assert next_up(settled(queue, "O9")) is None
    assert next_up(settled(queue, "O1")) == order("O2")


def test_the_newest_takes_the_place_of_one_for_the_same_setting() -> None:
    queue, _ = queued(Queue(running="O1"), order("O2"))
    queue, gone = queued(queue, order("O3", seconds=1))
    assert gone == ("O2",)
    assert [one.order for one in queue.waiting] == ["O3"]


def test_an_order_that_was_overtaken_is_itself_superseded() -> None:
    queue, _ = queued(Queue(running="O1"), order("O3", seconds=1))
    queue, gone = queued(queue, order("O2"))
    assert gone == ("O2",)
    assert [one.order for one in queue.waiting] == ["O3"]


def test_orders_for_different_settings_wait_beside_each_other() -> None:
    queue, _ = queued(Queue(running="O1"), order("O2"))
    queue, gone = queued(queue, order("O3", setting="dwell"))
    assert gone == ()
    assert [one.order for one in queue.waiting] == ["O2", "O3"]
    assert next_up(settled(queue, "O1")) == order("O2")


@pytest.mark.hazard("H-21")
def test_a_stop_goes_out_before_everything_and_clears_what_waits() -> None:
    queue, _ = queued(Queue(running="O1"), order("O2"))
    queue, _ = queued(queue, order("O3", setting="dwell"))
    stop = order("S", kind="stop")
    queue, gone = queued(queue, stop)
    assert gone == ("O2", "O3")
    assert next_up(queue) == stop
    queue, gone = queued(queue, order("O4", seconds=9))
    assert gone == ("O4",)
    assert next_up(started(queue, "S")) is None
    assert settled(started(queue, "S"), "S") == Queue()


def test_a_queue_with_two_orders_of_one_kind_cannot_exist() -> None:
    with pytest.raises(ValueError, match="one kind"):
        Queue(waiting=(order("O1"), order("O2")))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["set", "set", "set", "less", "stop", "send", "settle", "settle other"]
        ),
        st.sampled_from(["rate", "dwell"]),
        st.integers(-5, 5),
    ),
    max_size=40,
)


@given(STEPS)
@settings(max_examples=300, derandomize=True, deadline=None)
def test_every_order_is_sent_once_or_superseded_once_or_still_waits(
    steps: list[tuple[str, str, int]],
) -> None:
    queue, sent, gone, put = Queue(), [], [], []
    for number, (what, setting, shift) in enumerate(steps):
        if what in ("set", "less", "stop"):
            one = order(f"O{number}", kind=what, setting=setting, seconds=number + shift)
            put.append(one.order)
            queue, out = queued(queue, one)
            gone += out
        elif what == "send" and (one_up := next_up(queue)) is not None:
            if queue.running:
                assert one_up.kind == "stop"
            sent.append(one_up.order)
            queue = started(queue, one_up.order)
        else:
            queue = settled(queue, queue.running if what == "settle" else "nobody")
    waiting = [one.order for one in queue.waiting]
    assert sorted(sent + gone + waiting) == sorted(put)
    if any(one.kind == "stop" for one in queue.waiting):
        assert len(waiting) == 1
