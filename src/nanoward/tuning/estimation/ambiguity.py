"""What is told of people whose most likely values are not the only ones to believe in."""

from collections.abc import Iterable

from nanoward.base.findings import Finding

AMBIGUOUS_ESTIMATE = "TUN-152"


def ambiguity_findings(people: Iterable[tuple[str, str]], file: str = "") -> list[Finding]:
    """One finding for each person with a reason (individual_fit.py, Fit.ambiguity)."""
    return [
        Finding(
            code=AMBIGUOUS_ESTIMATE,
            severity="warning",
            message=reason,
            next_step="Trust the draws and their limits, which look at all of these values; "
            "another sample at another time would tell them apart.",
            file=file,
            subject=name,
        )
        for name, reason in people
        if reason
    ]
