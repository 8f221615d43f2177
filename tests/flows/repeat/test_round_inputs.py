"""Inputs of a round as one name."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest

from nanoward.audit.receipts import Head
from nanoward.base.entries import DoubtSpoken
from nanoward.base.entries.messages import SiteOpened
from nanoward.flows.repeat.round_inputs import round_inputs, round_key
from nanoward.flows.steps.source_digest import package_digest


def test_every_input_is_part_of_the_name(ward: Any) -> None:
    told = round_inputs(ward.ports, day=date(2026, 11, 23), seed=7, lane=ward.lane)
    assert told.software == package_digest()
    head = Head(size=0, hash="0")
    name = round_key(told, head)
    assert name == round_key(told, head) != round_key(told, Head(size=0, hash="1"))
    for one in fields(told):
        other: Any = 8 if one.name == "seed" else (("x", "y"),)
        assert round_key(replace(told, **{one.name: other}), head) != name, one.name


def test_a_day_that_is_over_does_not_depend_on_the_moment(ward: Any) -> None:
    told = round_inputs(ward.ports, day=date(2026, 11, 23), seed=7, lane=None)
    assert (told.moment, told.lane) == ("", "")


pytestmark = pytest.mark.hazard("H-277")


def word() -> DoubtSpoken:
    return DoubtSpoken(participant="P1", spoken=date(2026, 11, 22), words_sha256="ab")


CHANGES: dict[str, Callable[[Any], object]] = {
    "an entry on the ledger": lambda ward: ward.ports.ledger.append(
        [word()], actor="desk", at=ward.ports.clock.now()
    ),
    "an entry on the lane": lambda ward: ward.lane.append(
        [word()], actor="lane", at=ward.ports.clock.now()
    ),
    "a notice in the exit": lambda ward: ward.ports.spool.append(
        [word()], actor="exit", at=ward.ports.clock.now()
    ),
    "the plan": lambda ward: setattr(
        ward.folder, "_plan", replace(ward.folder.plan(), sha256="cd")
    ),
    "a file": lambda ward: ward.folder._contents.update({"data/samples.csv": b"sample\n"}),
    "a file more": lambda ward: ward.folder._contents.update({"data/contacts.csv": b"a,b\n"}),
    "a file less": lambda ward: ward.folder._contents.pop("data/genomes.fasta"),
    "a file that cannot be read": lambda ward: setattr(
        ward.folder, "unread", lambda: {"data/dm.csv": "nobody may read it"}
    ),
    "the day outside": lambda ward: ward.ports.clock.advance(timedelta(days=1)),
    "the seed": lambda ward: setattr(ward, "seed", 8),
}


@pytest.mark.parametrize("what", sorted(CHANGES))
def test_whatever_changes_is_seen(ward: Any, what: str) -> None:
    ward.round()
    CHANGES[what](ward)
    ward.round()
    assert ward.held == 2


def test_while_a_message_waits_today_counts_moment_by_moment(ward: Any) -> None:
    today = ward.ports.today()
    ward.round(today)
    ward.ports.clock.advance(timedelta(hours=1))
    ward.round(today)
    assert ward.held == 1  # nobody ever wrote a message
    opened = SiteOpened(
        site="north", sealing_key="ab", signing_key="cd", at=ward.ports.clock.now()
    )
    ward.ports.ledger.append([opened], actor="desk", at=ward.ports.clock.now())
    for _ in range(2):
        ward.round(today)
        ward.ports.clock.advance(timedelta(hours=1))
    assert ward.held == 3
