"""The plan's [audit]: read whole or refused."""

import pytest

from nanoward.audit.claims.claim_types import BadAuditPlanError, audit_plan
from nanoward.base.sections import BadSectionError

IRON = {"kind": "continuous", "unit": "mg/L", "sd": 1.0, "benefit": "low"}


def test_a_section_becomes_types_and_partners() -> None:
    plan = audit_plan({"partners": {"north": "AB" * 32}, "types": {"iron": IRON}, "items": 40})
    assert plan.partner_of("ab" * 32) == "north"
    assert plan.partner_of("cd" * 32) == ""
    assert plan.types["iron"].name == "iron"
    assert (plan.items, plan.alpha, plan.missing) == (40, 0.01, 0.02)
    assert audit_plan({"missing": 0}).missing == 0.0


@pytest.mark.hazard("H-370")
@pytest.mark.parametrize(
    "section",
    [
        {"odd": 1}, {"alpha": 0.5}, {"items": 0}, {"missing": 0.5},
        {"missing": True}, {"missing": "few"}, {"missing": -0.1},
        {"partners": {"north": "ab"}},
        {"partners": {"a": "ab" * 32, "b": "ab" * 32}}, {"partners": 3}, {"types": {"x": 1}},
        {"types": {"x": {"kind": "odd"}}}, {"types": {"x": {**IRON, "sd": 0.0}}},
        {"types": {"x": {**IRON, "unit": "furlong?"}}},
        {"types": {"x": {**IRON, "mistakes": 0.9}}},
        {"types": {"x": {**IRON, "replicates": 0}}},
        {"types": {"x": {**IRON, "benefit": "all"}}},
        {"types": {"x": {**IRON, "typo": 1}}},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_misspelt_or_impossible_is_refused(section: dict[str, object]) -> None:
    with pytest.raises((BadAuditPlanError, BadSectionError)):
        audit_plan(section)
