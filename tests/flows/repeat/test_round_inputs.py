"""Inputs of a round as one name."""

from dataclasses import fields, replace
from datetime import date
from typing import Any

from nanoward.audit.receipts import Head
from nanoward.flows.repeat.round_inputs import round_inputs, round_key


def test_every_input_is_part_of_the_name(ward: Any) -> None:
    told = round_inputs(ward.ports, day=date(2026, 11, 23), seed=7, lane=ward.lane)
    head = Head(size=0, hash="0")
    name = round_key(told, head)
    assert name == round_key(told, head) != round_key(told, Head(size=0, hash="1"))
    for one in fields(told):
        other: Any = 8 if one.name == "seed" else (("x", "y"),)
        assert round_key(replace(told, **{one.name: other}), head) != name, one.name


def test_a_day_that_is_over_does_not_depend_on_the_moment(ward: Any) -> None:
    told = round_inputs(ward.ports, day=date(2026, 11, 23), seed=7, lane=None)
    assert (told.moment, told.lane) == ("", "")
