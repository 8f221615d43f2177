"""A round as somebody may see it: tables are redacted first, and only then drawn."""

from dataclasses import dataclass, replace

import polars as pl

from nanoward.faces.service.guard import Visitor
from nanoward.flows.round.round import Round
from nanoward.programme.access.redaction import redact
from nanoward.programme.access.rights import Grant, Right, Role, Scope

WITHHELD = "withheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How much of a matter somebody sees: what a drawn section depends on, beside its round.

    site  whose people, for a reach of one site; "" where the programme has no sites
    me    for a reach of oneself alone
    near  the people of that site, as the guard knows them
    """

    right: Right
    scope: Scope
    site: str = ""
    me: str | None = None
    near: frozenset[str] = frozenset()

    def words(self) -> tuple[str, ...]:
        """What tells this reach from others."""
        return (self.right, self.scope, self.site, self.me or "", *sorted(self.near))


def reach_of(visitor: Visitor, grant: Grant | None = None) -> Reach:
    """The reach of a visitor by their grant, or by another that they hold."""
    told = grant or visitor.grant
    near = told.scope in (Scope.SITE, Scope.OWN_LOTS)
    return Reach(
        right=told.right,
        scope=told.scope,
        site=visitor.account.site if near else "",
        me=visitor.account.participant if told.scope is Scope.OWN else None,
        near=visitor.near if told.scope is Scope.SITE else frozenset(),
    )


def redacted_round(round_: Round, reach: Reach, key: bytes) -> Round:
    """The round with what a reach lets through; words that were taken out say "withheld"."""
    if reach.scope is Scope.ALL or (reach.scope is Scope.SITE and not reach.site):
        return round_
    grant = Grant(right=reach.right, role=Role.MONITOR, scope=reach.scope)
    tables = {}
    for name, table in round_.tables.items():
        told = redact(table, grant, me=reach.me, site_people=reach.near, key=key)
        if told.width:
            tables[name] = _with_gaps(told, table)
    return replace(round_, tables=tables)


def _with_gaps(told: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """The table with every column that it had: empty, and in words "withheld"."""
    gaps = [
        pl.lit(WITHHELD if kind == pl.String else None, dtype=kind).alias(name)
        for name, kind in before.schema.items()
        if name not in told.columns
    ]
    order = list(before.columns) + [one for one in told.columns if one not in before.columns]
    return told.with_columns(gaps).select(order)
