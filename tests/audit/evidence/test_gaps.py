"""What is promised and nobody has shown."""

from tests.tools.contradiction_forgeries import claim

from nanoward.audit.claims.claim_types import AuditPlan, ClaimType
from nanoward.audit.evidence.gaps import Promises, gap_findings

PLAN = AuditPlan(
    types={"absent": ClaimType(name="absent", kind="presence", unit="mg/L", sd=1.0)}
)


def codes(told: Promises) -> list[str]:
    return [one.code for one in gap_findings(told, PLAN)]


def test_each_promise_that_nobody_showed_is_a_gap_and_a_shown_one_is_none() -> None:
    blind = claim(False, type="absent", limit=5.0)
    told = Promises(
        kills={"toxin": (1e-9, 3.0)}, lots={"L1"}, arms={"A": 3, "B": 2}, assessed={"A": 3},
        claims=[blind], watched=True,
    )  # fmt: skip
    found = ["AUD-050", "AUD-051", "AUD-052", "AUD-053", "AUD-054", "AUD-055", "AUD-056"]
    assert codes(told) == found
    shown = Promises(
        kills={"toxin": (1e-9, 3.0)}, drilled={"toxin"}, lots={"L1"}, sequenced={"L1"},
        arms={"A": 3}, assessed={"A": 1}, claims=[claim(False, type="absent", limit=0.5)],
        judged={("north", "absent")}, watched=True, watch_drilled=True, witnesses=1,
    )  # fmt: skip
    assert codes(shown) == []


def test_absent_without_a_limit_says_nothing() -> None:
    told = Promises(claims=[claim(False, type="absent")], witnesses=1)
    assert "AUD-053" in codes(told)
