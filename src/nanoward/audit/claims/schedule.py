"""Expected claims: who owes which claim by when. Silence is a finding."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date

from nanoward.base.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedClaim:
    """A partner owes a claim of a type about an item and a period by a day."""

    partner: str
    type: str
    item: str
    period: str
    due: date

    @property
    def about(self) -> tuple[str, str, str, str]:
        """As claims are told apart."""
        return self.partner, self.type, self.item, self.period


def overdue(
    expected: Iterable[ExpectedClaim], made: Set[tuple[str, str, str, str]], today: date
) -> tuple[ExpectedClaim, ...]:
    """Expected claims whose day has passed and of which there is none."""
    return tuple(one for one in expected if one.due < today and one.about not in made)


def silence_findings(late: Iterable[ExpectedClaim]) -> tuple[Finding, ...]:
    """One finding for each partner and type that is silent, with how many and since when."""
    groups: dict[tuple[str, str], list[ExpectedClaim]] = {}
    for one in late:
        groups.setdefault((one.partner, one.type), []).append(one)
    return tuple(
        Finding(
            code="AUD-032",
            severity="warning",
            message=f"{partner} owes {len(some)} claims of {kind}, the first since "
            f"{min(one.due for one in some)} (about {some[0].item})",
            next_step="Ask for them; a claim that is never made counts as missing",
            subject=partner,
            column=kind,
        )
        for (partner, kind), some in sorted(groups.items())
    )
