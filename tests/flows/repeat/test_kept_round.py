"""What is kept of a round, and when it counts."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from nanoward.flows.repeat.kept_round import keep_round, kept_round
from nanoward.flows.repeat.traced_ports import traced
from nanoward.flows.round.ward_round import ward_round


def test_a_kept_answer_comes_back_whole_or_not_at_all(ward: Any) -> None:
    trace = traced(ward.ports)
    told = ward_round(trace.ports, as_of=None, seed=7, render=lambda _: b"r")
    assert keep_round(ward.ports, "key", told, trace)
    plan = ward.folder.plan()
    again = kept_round(ward.ports, plan, "key")
    assert again is not None
    assert again.round_.facts == {room: dict(one) for room, one in told.round_.facts.items()}
    assert again.round_.provenance == told.round_.provenance
    assert again.folder == told.folder
    assert kept_round(ward.ports, plan, "other") is None


def test_what_failed_or_cannot_be_told_in_json_is_not_kept(ward: Any) -> None:
    trace = traced(ward.ports)
    told = ward_round(trace.ports, as_of=None, seed=7, render=lambda _: b"r")
    assert not keep_round(ward.ports, "key", replace(told, failed=True), trace)
    odd = replace(told.round_, facts={"bonds": {"x": object()}})  # type: ignore[dict-item]
    assert not keep_round(ward.ports, "key", replace(told, round_=odd), trace)
    ward.folder.rounds.clear()
    assert not keep_round(ward.ports, "key", told, trace)


CHANGES: dict[str, Callable[[Any], object]] = {
    "a written table": lambda ward: ward.folder.rounds["2026-11-23"].update(
        {"tables/findings.parquet": b"prettier"}
    ),
    "the written report": lambda ward: ward.folder.rounds["2026-11-23"].update(
        {"report.html": b"prettier"}
    ),
    "a written file that is gone": lambda ward: ward.folder.rounds["2026-11-23"].pop(
        "round.json"
    ),
    "content that is gone": lambda ward: ward.ports.blobs._contents.clear(),
}


@pytest.mark.parametrize("what", sorted(CHANGES))
def test_whatever_changes_is_seen(ward: Any, what: str) -> None:
    ward.round()
    CHANGES[what](ward)
    ward.round()
    assert ward.held == 2


def test_content_that_the_round_looked_at_has_to_be_there_still(ward: Any) -> None:
    ward.round(date(2026, 11, 22))
    ward.round()  # it reads what the round before kept
    contents = ward.ports.blobs._contents

    def looked_at() -> list[str]:
        """What the answer that stands now saw there: the last that was kept of this day."""
        told = [
            json.loads(one)["blobs"]
            for one in contents.values()
            if one.startswith(b"{") and b'"pieces"' in one and b'"2026-11-23"' in one
        ]
        return [name for name, there in sorted(told[-1].items()) if there]

    again = []
    for name in looked_at()[:8]:
        if name not in looked_at():  # a round that was held since found it elsewhere
            continue
        content, held = contents.pop(name), ward.held
        ward.round()
        assert ward.held == held + 1
        made_anew = name in contents
        contents[name] = content
        ward.round()  # what was missing then is there now: it counts where it was looked at
        again.append((made_anew, ward.held - held))
    assert len(again) > 3
    assert all(times == 2 for made_anew, times in again if not made_anew)
