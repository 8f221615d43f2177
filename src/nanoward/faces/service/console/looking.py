"""Somebody who looks at a page: at what, how far they reach, and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from nanoward.faces.service.console.kept_rounds import KeptRound
from nanoward.faces.service.console.redacted_round import Reach
from nanoward.ports.ports import Ports
from nanoward.ports.service.accounts import Account
from nanoward.programme.access.rights import Grant, Right, Scope, grant

NEAR = (Scope.SITE, Scope.OWN_LOTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """Somebody who looks at a page: what of the programme, how far they reach, and when."""

    ports: Ports
    path: str
    account: Account
    reach: Reach
    kept: KeptRound | None
    now: datetime
    key: bytes
    query: Mapping[str, str] = field(default_factory=dict)

    def may(self, right: Right, subject: str | None = None) -> Grant | None:
        """The grant that they have for a right, if any."""
        told = self.account
        return grant(told.roles, right, subject=subject, me=told.participant)

    def site_people(self) -> frozenset[str] | None:
        """Whom a reach of one site reaches; None where it reaches everybody."""
        if self.reach.scope not in NEAR or (
            self.reach.scope is Scope.SITE and not self.reach.site
        ):
            return None
        return self.reach.near
