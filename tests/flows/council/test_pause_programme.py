"""A pause reaches the gate at once; every query that closes an action is of a known form."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.flows.council.council_programme import council_programme

from nanoward.base.entries.council import ActionAgreed
from nanoward.flows.consent.permit_act import permission_now
from nanoward.flows.consent.read_consent import on_record
from nanoward.flows.council.check_council import check_council
from nanoward.flows.council.council_state import matters_now
from nanoward.flows.council.make_pack import make_pack
from nanoward.flows.council.pause_programme import (
    ActionPlan,
    agree_action,
    is_done,
    pause_programme,
)
from nanoward.wiring.council import open_council


@pytest.mark.hazard("H-358")
def test_a_pause_is_in_the_gate_and_in_the_round_until_the_council_decides(
    tmp_path: Path,
) -> None:
    ward = council_programme(tmp_path)
    with open_council(ward.folder, quiet=True) as desk:
        ports = desk.ports
        assert permission_now(ports, on_record(ports.ledger, "P000"), "order").allowed
        made = pause_programme(desk, "two of six", by="ben", keys=ward.keys("ben"))
        for act, open_ in (("order", False), ("dose", False), ("visit", True), ("flush", True)):
            known = on_record(ports.ledger, "P000")
            assert permission_now(ports, known, act).allowed is open_
        assert made.meets_by - made.at == timedelta(hours=72)
        told = check_council(ports, ports.today())
        assert [(one.code, one.severity) for one in told.findings] == [("PRG-167", "warning")]
        assert len(matters_now(ports).open_pauses()) == 1


@pytest.mark.hazard("H-360")
def test_queries_are_true_when_they_are_and_late_actions_are_told(tmp_path: Path) -> None:
    ward = council_programme(tmp_path)
    with open_council(ward.folder, quiet=True) as desk:
        ports = desk.ports
        assert not is_done(ports, "no finding PRG-041")
        assert is_done(ports, "no finding PRG-999")
        assert not is_done(ports, "event e-1 reported")
        assert not is_done(ports, "case p-1 closed")
        assert not is_done(ports, "soon")
        assert is_done(ports, "entry programme.RoundHeld")
        make_pack(desk, by="anna")
        plan = ActionPlan(what="x", who="site 7", due=ports.today(), query="no finding PRG-041")
        assert agree_action(desk, plan, by="anna") == agree_action(desk, plan, by="anna")
        kinds = [one.kind for one in ports.ledger.records(kind="council.ActionAgreed")]
        assert kinds == ["council.ActionAgreed"]
        assert ActionAgreed.__name__ == "ActionAgreed"
        late = check_council(ports, ports.today() + timedelta(days=1))
        assert [one.code for one in late.findings] == ["PRG-168"]
        plan = ActionPlan(what="y", who="z", due=ports.today(), query="no finding PRG-999")
        agree_action(desk, plan, by="anna")
        assert len(check_council(ports, ports.today()).entries) == 1
