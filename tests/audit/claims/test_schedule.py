"""Silence is a finding."""

from datetime import date

from nanoward.audit.claims.schedule import ExpectedClaim, overdue, silence_findings


def test_owed_claims_are_late_only_after_their_day_and_told_by_partner_and_type() -> None:
    owed = [
        ExpectedClaim(
            partner="north", type="iron", item=f"S{at}", period="", due=date(2026, 1, at)
        )
        for at in (1, 2, 3)
    ]
    late = overdue(owed, {owed[0].about}, date(2026, 1, 3))
    assert [one.item for one in late] == ["S2"]
    (told,) = silence_findings(overdue(owed, set(), date(2026, 2, 1)))
    assert told.code == "AUD-032"
    assert "3 claims of iron, the first since 2026-01-01" in told.message
