"""Plans that stand before the data, and draws in the one order."""

from datetime import date
from pathlib import Path

import pytest
from tests.faces.cli.audit.partner_folder import drawn, made, signed, typed
from tests.faces.cli.audit.test_partners import rows
from tests.tools.contradiction_forgeries import claim

from nanoward.audit.claims.claim_types import AuditPlan, ClaimType
from nanoward.audit.claims.schedule import ExpectedClaim
from nanoward.flows.audit.claim_book import ClaimBook, read_book
from nanoward.flows.audit.plan_audit import (
    AuditRefusedError,
    UnknownPartnerError,
    bad_news,
    claims_by_type,
    draw_audit,
    fix_checkpoint,
    planned,
    planned_types,
    register_plan,
)
from nanoward.wiring import open_ports


@pytest.mark.hazard("H-364")
def test_rules_that_are_changed_after_the_plan_change_nothing(tmp_path: Path) -> None:
    place = made(tmp_path)
    with open_ports(str(place), quiet=True) as ports:
        register_plan(ports, "north", "2026", 20)
        with pytest.raises(AuditRefusedError):
            register_plan(ports, "north", "2026", 5)
        with pytest.raises(UnknownPartnerError):
            register_plan(ports, "east", "2026", 5)
    plan = place / "programme.toml"
    plan.write_text(plan.read_text().replace("sd = 1.0", "sd = 50.0"))
    with open_ports(str(place), quiet=True) as ports:
        book = read_book(ports)
        assert book.plan.types["iron"].sd == 50.0
        assert planned_types(ports, book, "north/2026")["iron"].sd == 1.0


def test_nothing_is_drawn_out_of_turn(tmp_path: Path) -> None:
    place = made(tmp_path)
    with open_ports(str(place), quiet=True) as ports:
        with pytest.raises(UnknownPartnerError):
            planned(read_book(ports), "north/2026")
        register_plan(ports, "north", "2026", 20)
        with pytest.raises(AuditRefusedError):
            fix_checkpoint(ports, "north/2026")
        with pytest.raises(AuditRefusedError):
            draw_audit(ports, "north/2026", {})


def test_a_claim_that_does_not_count_is_missing(tmp_path: Path) -> None:
    place = made(tmp_path)
    typed("audit", "claim", str(place), str(signed(tmp_path, rows(4))))
    text = (tmp_path / "claims.toml").read_text()
    (tmp_path / "claims.toml").write_text(text.replace('unit = "mg/L"', 'unit = "mol"'))
    typed("audit", "claim", str(place), str(signed(tmp_path, {"X1": (1.0, 1.0)}, "x.jsonl")))
    drawn(tmp_path, place, 2)
    with open_ports(str(place), quiet=True) as ports:
        told = claims_by_type(read_book(ports), "north/2026")
    assert set(told["iron"].first) == set(rows(4))


def test_a_claim_that_is_not_due_yet_is_not_owed() -> None:
    book = ClaimBook(plan=AuditPlan(), programme="p")
    book.plans["north/2026"] = {"partner": "north", "period": "2026"}
    book.expected = [
        ExpectedClaim(partner="north", type="iron", item=item, period="2026", due=day)
        for item, day in {"S1": date(2026, 3, 1), "S2": date(2026, 9, 1)}.items()
    ]
    assert claims_by_type(book, "north/2026")["iron"].expected == ("S1", "S2")
    assert claims_by_type(book, "north/2026", by=date(2026, 9, 1))["iron"].expected == ("S1",)


def test_bad_news_is_the_worst_fifth_or_the_worse_call() -> None:
    counts = {str(at): claim(float(at), item=str(at)) for at in range(20)}
    low = ClaimType(kind="count", benefit="low")
    assert bad_news(counts, low) == {"16", "17", "18", "19"}
    assert bad_news(counts, ClaimType(kind="count", benefit="none")) == set()
    assert bad_news(counts, None) == set()
    calls = {"a": claim(True, item="a"), "b": claim(False, item="b")}
    assert bad_news(calls, ClaimType(kind="presence", benefit="high")) == {"b"}


@pytest.mark.hazard("H-364")
def test_a_draw_names_the_nonces_that_were_shown(tmp_path: Path) -> None:
    place = made(tmp_path)
    typed("audit", "claim", str(place), str(signed(tmp_path, rows(12))))
    drawn(tmp_path, place, 6)
    with open_ports(str(place), quiet=True) as ports:
        (entry,) = ports.ledger.records(kind="audit.AuditDrawn")
    sides = [one.partition("=")[0] for one in entry.body["nonces"]]
    assert sides == ["north", "own"]
    assert list(entry.body["withheld"]) == []
