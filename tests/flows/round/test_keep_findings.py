from typing import Any

import polars as pl

from nanoward.flows.queries.answer_findings import accept_finding, listed_findings


def states(ward: Any, day: int) -> dict[str, str]:
    table = ward.round(day).round_.tables["finding_states"]
    read = table.filter(pl.col("code").str.starts_with("FMT-064"))
    return dict(read.select("code", "state").rows())


def test_a_finding_is_new_then_stands_and_returns_when_it_came_back(ill_ward: Any) -> None:
    sound = ill_ward.files["data/sdtm/lb.csv"]
    ill_ward.files["data/sdtm/lb.csv"] = sound.replace("ALT,30", "ALT,thirty", 1)
    first = states(ill_ward, 9)
    (code,) = first
    assert first[code] == "new"
    assert states(ill_ward, 16)[code] == "standing"
    ill_ward.files["data/sdtm/lb.csv"] = sound
    assert code not in states(ill_ward, 23)
    ill_ward.files["data/sdtm/lb.csv"] = sound.replace("ALT,30", "ALT,thirty", 1)
    assert states(ill_ward, 30)[code] == "returned"


def test_what_was_accepted_is_accepted_in_the_next_round(ill_ward: Any) -> None:
    text = ill_ward.files["data/sdtm/lb.csv"]
    ill_ward.files["data/sdtm/lb.csv"] = text.replace("ALT,30", "ALT,thirty", 1)
    ill_ward.round(16)
    listed = listed_findings(ill_ward.ports)
    name = next(one["id"] for one in listed if one["code"].startswith("FMT-064"))
    later = ill_ward.ports.clock.now().date().replace(year=2027, month=1)
    accept_finding(ill_ward.ports, name, reason="known", until=later, by="Dr A")
    assert set(states(ill_ward, 23).values()) == {"accepted"}
    table = ill_ward.round(23).round_.tables["finding_states"]
    assert table.filter(pl.col("until") == later)["by"].to_list() == ["Dr A"]
