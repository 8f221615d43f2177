from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from nanoward.base.entries import ChangeConfirmed, ConsentSigned
from nanoward.flows.clearance.confirm_change import confirm_changes, open_changes
from nanoward.flows.round import compare_rounds as compared
from nanoward.flows.round.earlier_rounds import ROUND_ACTOR
from nanoward.flows.round.ward_round import ACTOR
from nanoward.testing.fakes import MemoryBlobs

LBNAME = "data/sdtm/lb.csv"
AENAME = "data/sdtm/ae.csv"


def confirm(ward: Any, day: int, who: str) -> None:
    waiting = open_changes(ward.round(day).round_.tables["round_changes"])
    confirm_changes(ward.ports, waiting, who, reason="for the wrong person", by="Dr A")


@pytest.mark.hazard("H-146")
def test_an_event_whose_file_is_deleted_holds_until_somebody_confirms(ill_ward: Any) -> None:
    assert ill_ward.standing(16)[0] == "held"
    text = ill_ward.files.pop(AENAME)
    standing, reason = ill_ward.standing(23)
    assert standing == "held"
    assert "sepsis" in reason
    assert "to be confirmed" in reason
    (finding,) = ill_ward.findings(23)
    assert (finding.code, finding.severity, finding.file) == ("PRG-010", "error", AENAME)
    assert "1 row" in finding.message
    assert "P2" in finding.message
    assert ill_ward.standing(30)[0] == "held"  # and the week after
    confirm(ill_ward, 30, "P2")
    assert ill_ward.standing(30)[0] == "cleared"
    assert "PRG-010" not in ill_ward.codes(30)
    ill_ward.files[AENAME] = text
    assert ill_ward.standing(30)[0] == "held"


@pytest.mark.hazard("H-146")
def test_what_came_back_and_vanished_again_is_confirmed_anew(ill_ward: Any) -> None:
    ill_ward.round(9)
    text = ill_ward.files.pop(AENAME)
    ill_ward.round(16)
    ill_ward.files[AENAME] = text
    assert ill_ward.standing(16)[0] == "held"
    ill_ward.files.pop(AENAME)
    confirm(ill_ward, 16, "P2")
    ill_ward.files[AENAME] = text
    assert ill_ward.standing(23)[0] == "held"
    ill_ward.files.pop(AENAME)
    assert ill_ward.standing(30)[0] == "held"


@pytest.mark.hazard("H-146")
def test_a_corrected_value_does_not_unhold_in_silence(a_ward: Callable[..., Any]) -> None:
    ward = a_ward()
    good, bad = "P2,2,ALT,30", "P2,2,ALT,300"
    ward.files[LBNAME] = ward.files[LBNAME].replace(good, bad)
    assert ward.standing(16)[0] == "held"
    ward.files[LBNAME] = ward.files[LBNAME].replace(bad, "P2,2,ALT,100")
    standing, reason = ward.standing(16)
    assert standing == "held"
    assert "ALT 300" in reason
    (finding,) = [one for one in ward.findings(16) if one.code == "PRG-012"]
    assert "300 became 100" in finding.message
    assert (finding.file, finding.column, finding.subject) == (LBNAME, "LBSTRESN", "P2")
    (row,) = [one for one in ward.changes(16) if one["kind"] == "value"]
    assert (row["before"], row["after"], row["open"]) == ("300", "100", True)


def test_the_next_sound_result_ends_a_hold_without_any_confirmation(
    a_ward: Callable[..., Any],
) -> None:
    ward = a_ward()
    ward.files[LBNAME] = ward.files[LBNAME].replace("P2,2,ALT,30", "P2,2,ALT,300")
    assert ward.standing(16)[0] == "held"
    assert ward.standing(23)[0] == "cleared"
    assert ward.codes(23) == []
    assert [(one["kind"], one["before"], one["after"]) for one in ward.changes(23)] == [
        ("standing", "held", "cleared")
    ]


def test_an_event_that_ended_ends_its_hold_without_any_confirmation(ill_ward: Any) -> None:
    assert ill_ward.standing(16)[0] == "held"
    ill_ward.files[AENAME] = ill_ward.files[AENAME].replace("14,\n", "14,2026-11-20\n")
    assert ill_ward.standing(23)[0] == "cleared"
    assert ill_ward.codes(23) == []


@pytest.mark.hazard("H-148")
def test_a_person_gone_from_the_records_is_not_cleared(a_ward: Callable[..., Any]) -> None:
    ward = a_ward()
    assert ward.standing(23)[0] == "cleared"
    for name, text in ward.files.items():
        ward.files[name] = "".join(
            line for line in text.splitlines(keepends=True) if ",P2," not in line
        )
    assert ward.standing(30)[0] == "held"
    assert ward.standing(30, "P1")[0] == "cleared"
    gone = [one for one in ward.findings(30) if one.code == "PRG-013"]
    assert [one.subject for one in gone] == ["P2"]
    confirm(ward, 30, "P2")
    assert ward.round(30).round_.tables["standings"]["participant"].to_list() == ["P1"]


@pytest.mark.hazard("H-148")
def test_all_files_gone_hold_everybody(a_ward: Callable[..., Any]) -> None:
    ward = a_ward()
    ward.round(23)
    ward.files.clear()
    table = ward.round(30).round_.tables["standings"]
    assert set(table["standing"]) == {"held"}
    standings = [one for one in ward.ports.ledger.records() if "Standing" in one.kind]
    assert standings[-1].body["standing"] == "held"


@pytest.mark.hazard("H-148")
def test_a_renamed_person_takes_what_stood_against_them_along(ill_ward: Any) -> None:
    ill_ward.round(23)
    for name in list(ill_ward.files):
        if name != AENAME:
            ill_ward.files[name] = ill_ward.files[name].replace(",P2,", ",P-2,")
    assert ill_ward.standing(30, "P2")[0] == "held"
    standing, reason = ill_ward.standing(30, "P-2")
    assert standing == "held"
    assert "sepsis" in reason
    assert "PRG-014" in ill_ward.codes(30)


def test_a_harmless_rewrite_changes_nothing(ill_ward: Any) -> None:
    ill_ward.round(16)
    before = ill_ward.round(23).round_.tables["standings"]
    lines = ill_ward.files[LBNAME].splitlines()
    ill_ward.files[LBNAME] = "\r\n".join([lines[0].lower(), *reversed(lines[1:])])
    ill_ward.files["data/sdtm/aemore.csv"] = ill_ward.files.pop(AENAME)
    ill_ward.files["data/sdtm/aeab.csv"] = ill_ward.files.pop("data/sdtm/aemore.csv")
    after = ill_ward.round(23).round_.tables["standings"]
    assert after.equals(before)
    assert [(one.code, one.severity) for one in ill_ward.findings(23)] == [("PRG-022", "note")]


def test_a_round_held_again_writes_the_same_and_no_record(ill_ward: Any) -> None:
    ill_ward.round(16)
    ill_ward.files.pop(AENAME)
    first = ill_ward.round(23)
    files = dict(ill_ward.ports.folder.rounds["2026-11-23"])
    assert ill_ward.round(23).head == first.head
    assert ill_ward.ports.folder.rounds["2026-11-23"] == files


def test_a_round_of_an_earlier_day_is_not_compared_with_a_later_one(ill_ward: Any) -> None:
    ill_ward.round(23)
    ill_ward.files.pop(AENAME)
    assert ill_ward.codes(16) == []


@pytest.mark.hazard("H-151")
def test_other_rules_are_told_with_the_standings_that_differ_for_them(
    a_ward: Callable[..., Any],
) -> None:
    ward = a_ward()
    ward.files[LBNAME] = ward.files[LBNAME].replace("P2,4,ALT,30", "P2,4,ALT,300")
    assert ward.standing(29)[0] == "held"
    ward.rules["hold_grade"] = 4
    assert ward.standing(30)[0] == "cleared"
    (finding,) = [one for one in ward.findings(30) if one.code == "PRG-018"]
    assert finding.severity == "warning"
    assert "less strict for P2" in finding.message
    told = [one for one in ward.changes(30) if one["kind"] == "rules"]
    assert ("hold_grade", "default", "4") in {
        (one["item"], one["before"], one["after"]) for one in told
    }
    (change,) = [one for one in ward.changes(30) if one["kind"] == "standing"]
    assert change["cause"] == "rules"


@pytest.mark.hazard("H-152")
def test_a_snapshot_that_is_lost_keeps_every_hold_and_is_told(ill_ward: Any) -> None:
    assert ill_ward.standing(16)[0] == "held"
    ill_ward.files.pop(AENAME)
    blobs = ill_ward.ports.blobs
    assert isinstance(blobs, MemoryBlobs)
    blobs._contents.clear()
    blobs._notes.clear()
    standing, reason = ill_ward.standing(23)
    assert standing == "held"
    assert "lost" in reason
    assert "PRG-021" in ill_ward.codes(23)


@pytest.mark.hazard("H-150")
def test_a_carrier_who_never_received_the_agent_is_held_until_confirmed_once(
    a_ward: Callable[..., Any],
) -> None:
    ward = a_ward()
    bases = "ACGT" * 50
    ward.files["agents/x/reference.fasta"] = f">x\n{bases}\n"
    ward.files["data/samples.csv"] = (
        "sample,participant,taken\nS1,P1,2026-11-14\nS2,P2,2026-11-14\n"
    )
    ward.files["data/genomes.fasta"] = f">S1|x\n{bases}\n>S2|x\n{bases}\n"
    ex = ward.files["data/sdtm/ex.csv"]
    ward.files["data/sdtm/ex.csv"] = ex.replace("P2,1,LBP,1", "P2,1,PLACEBO,0")
    assert (ward.standing(16)[0], ward.standing(16, "P1")[0]) == ("held", "cleared")
    assert [one.subject for one in ward.findings(16) if one.code == "PRG-016"] == ["P2"]
    size = ward.round(16).head.size
    assert ward.round(16).head.size == size  # nobody is cleared meanwhile
    confirm(ward, 16, "P2")
    assert ward.standing(23)[0] == "cleared"
    assert ward.standing(30)[0] == "cleared"
    assert "PRG-016" in ward.codes(30)


def test_standings_of_the_ledger_are_those_that_the_round_wrote() -> None:
    assert ROUND_ACTOR == ACTOR


@pytest.mark.hazard("H-152")
def test_a_comparison_that_fails_lets_nobody_on(
    ill_ward: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ill_ward.standing(16)[0] == "held"
    ill_ward.files.pop(AENAME)

    def broken(*_: Any) -> Any:
        raise RuntimeError("out of order")

    monkeypatch.setattr("nanoward.flows.round.ward_round.compare_rounds", broken)
    standing, reason = ill_ward.standing(23)
    assert standing == "held"
    assert "sepsis" in reason


@pytest.mark.hazard("H-436")
def test_the_second_comparison_stands_on_the_first_unless_the_ledger_says_more(
    ill_ward: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ill_ward.standing(16)[0] == "held"
    made, bases = compared.comparison_basis, []

    def counted(*given: Any) -> Any:
        bases.append(made(*given))
        return bases[-1]

    monkeypatch.setattr(compared, "comparison_basis", counted)
    ill_ward.round(23)
    assert len(bases) == 1
    ill_ward.files.pop("data/sdtm/ae.csv")
    ill_ward.round(30)
    (row,) = bases[-1].waiting
    day = date(2026, 11, 30)
    signed = ConsentSigned(
        participant="P1", document_sha256="a" * 64, version="1", signed=day, uses=("take part",)
    )
    confirmed = ChangeConfirmed(
        participant="P2", changes=(row.id,), reason="r", by="Dr A", confirmed=day
    )
    ports, kept = (
        ill_ward.ports,
        replace(bases[-1], places=compared._places(ill_ward.ports, day)),
    )
    assert compared._still_holds(ports, kept, day)
    ports.ledger.append([signed], actor="P1", at=ports.clock.now())
    assert not compared._still_holds(ports, kept, day)
    now = replace(kept, recorded=compared.recorded_domains(ports.ledger))
    assert compared._still_holds(ports, now, day)
    assert not compared._still_holds(ports, replace(now, places=()), day)
    ports.ledger.append([confirmed], actor="Dr A", at=ports.clock.now())
    assert not compared._still_holds(ports, now, day)
