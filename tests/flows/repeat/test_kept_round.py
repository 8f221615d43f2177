"""What is kept of a round, and when it counts."""

from dataclasses import replace
from typing import Any

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
