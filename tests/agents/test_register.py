from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from nanoward.agents import (
    BadLotNameError,
    lot_findings,
    lot_record_doubts,
    register_of,
    require_lot_name,
    spec_findings,
    spec_of,
    spec_sha256,
)
from nanoward.agents.spec import AgentSpec
from nanoward.base.entries import LotBuilt, LotRefused, LotReleased, SpecPublished

DAY = date(2026, 11, 23)


@pytest.fixture
def spec(make_spec: Callable[[int], Any]) -> AgentSpec:
    made, _ = spec_of(make_spec(1)[0])
    assert made is not None
    return made


def published(spec: AgentSpec, **changes: Any) -> SpecPublished:
    parts: dict[str, Any] = {
        "agent": spec.name,
        "version": spec.version,
        "spec_sha256": spec_sha256(spec),
        "reference_length": 1,
        "expires": spec.expires,
        "published": DAY,
        "signatures": (),
    }
    return SpecPublished(**(parts | changes))


def released(spec: AgentSpec, lot: str = "L1") -> LotReleased:
    return LotReleased(
        lot=lot, agent=spec.name, version=spec.version, spec_sha256=spec_sha256(spec),
        released=DAY, differences=0, variants_sha256="", reads=(),
    )  # fmt: skip


def refused(spec: AgentSpec, lot: str = "L1") -> LotRefused:
    return LotRefused(
        lot=lot, agent=spec.name, version=spec.version, spec_sha256=spec_sha256(spec),
        refused=DAY, reasons=("kill locus g0",), reads=(),
    )  # fmt: skip


def test_the_highest_version_is_in_force_whatever_the_order(spec: AgentSpec) -> None:
    ten = published(spec, version="1.10.0")
    register = register_of([ten, published(spec, version="1.9.0"), released(spec)])
    assert register.latest(spec.name) == ten
    assert register.versions(spec.name) == ("1.10.0", "1.9.0")
    assert register.latest("nobody") is None


def test_the_last_word_on_a_lot_counts(spec: AgentSpec) -> None:
    built = LotBuilt(lot="L1", agent=spec.name, version=spec.version, built=DAY)
    register = register_of([built, released(spec), refused(spec)])
    assert isinstance(register.lots["L1"], LotRefused)
    assert isinstance(register_of([refused(spec), released(spec)]).lots["L1"], LotReleased)


@pytest.mark.hazard("H-52")
@pytest.mark.parametrize(
    ("changes", "day", "codes"),
    [
        ({}, DAY, []),
        ({"expires": DAY}, DAY, ["AGT-204"]),
        ({"spec_sha256": "ab"}, DAY, ["AGT-205"]),
        ({"spec_sha256": "ab", "expires": DAY}, DAY, ["AGT-205", "AGT-204"]),
    ],
)
def test_a_spec_that_is_not_in_force_is_told(
    spec: AgentSpec, changes: dict[str, Any], day: date, codes: list[str]
) -> None:
    register = register_of([published(spec, **changes)])
    assert [one.code for one in spec_findings(spec, register, day)] == codes


def test_an_unpublished_spec_is_told_unless_nobody_is_given_it(spec: AgentSpec) -> None:
    assert [one.code for one in spec_findings(spec, register_of([]), DAY)] == ["AGT-203"]
    assert spec_findings(replace(spec, given=False), register_of([]), DAY) == ()


@pytest.mark.hazard("H-53")
def test_every_lot_that_people_received_needs_a_release_that_stands(spec: AgentSpec) -> None:
    late = replace(spec, expires=date(2026, 1, 1))
    register = register_of(
        [published(spec), published(late, version="1.0.0"), released(spec, "good"),
         refused(spec, "bad"), released(replace(spec, title="x"), "wild"),
         released(late, "late")]
    )  # fmt: skip
    found = lot_findings({"good": 3, "bad": 2, "new": 1, "wild": 4, "late": 1}, register)
    assert {one.subject: one.code for one in found} == {
        "bad": "AGT-202", "new": "AGT-201", "wild": "AGT-206", "late": "AGT-207",
    }  # fmt: skip
    assert all(one.severity == "error" for one in found)
    assert "kill locus g0" in next(one.message for one in found if one.subject == "bad")


@pytest.mark.hazard("H-193")
def test_a_release_is_recorded_with_reads_of_its_own_alone(spec: AgentSpec) -> None:
    reads = ("a" * 64, "b" * 64)
    before = register_of([published(spec)])
    assert lot_record_doubts("L2", spec, reads, before, DAY) == ()
    for wrong in ((), (reads[0], reads[0]), ("a" * 63,), ("A" * 64,)):
        assert lot_record_doubts("L2", spec, wrong, before, DAY)
    word = LotReleased(
        lot="L1", agent=spec.name, version=spec.version, spec_sha256="ab", released=DAY,
        differences=0, variants_sha256="", reads=reads[:1],
    )  # fmt: skip
    told = lot_record_doubts("L2", spec, reads, register_of([published(spec), word]), DAY)
    assert told == ("its reads are those of lot L1",)
    assert lot_record_doubts("l1", spec, ("c" * 64,), register_of([published(spec), word]), DAY)
    early = lot_record_doubts("L2", spec, reads, before, date(2026, 1, 1))
    assert len(early) == 1


@pytest.mark.parametrize(
    "lot", ["L1..2", "..", "L..", "../L1", "a/b", "", "con", "NUL.txt", "-L", ".L"]
)
def test_a_lots_name_is_the_safe_name_of_a_file(lot: str) -> None:
    with pytest.raises(BadLotNameError):
        require_lot_name(lot)


@pytest.mark.parametrize("lot", ["L1", "L1.2", "2026-11_a+b", "console", "x" * 100])
def test_a_plain_name_is_a_lots_name(lot: str) -> None:
    require_lot_name(lot)
