"""What a visitor sees of a table: the one redaction, with what the programme knows of them."""

import polars as pl

from nanoward.faces.service.guard import Visitor
from nanoward.faces.service.service_parts import Service
from nanoward.programme.access.redaction import redact


def redacted(service: Service, visitor: Visitor, table: pl.DataFrame) -> pl.DataFrame:
    """The part of a table that a visitor's grant lets through; before any view sees it.

    A grant of one site reaches the people of that site; without sites, everybody whom the
    table names. What one's own lots touch is asked of whoever calls `redact` itself.
    """
    account = visitor.account
    people = service.identity.people_at(account.site) if account.site else None
    return redact(
        table,
        visitor.grant,
        me=account.participant,
        site_people=_named(table) if people is None else people,
        key=service.identity.pseudonyms,
    )


def _named(table: pl.DataFrame) -> frozenset[str]:
    columns = [one for one in ("participant", "USUBJID") if one in table.columns]
    return frozenset(str(who) for one in columns for who in table[one].unique() if who)
