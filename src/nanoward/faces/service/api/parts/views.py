"""What a visitor may see of a programme: tables of the last round, rows of people, by grant."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from nanoward.base.errors import RefusedError
from nanoward.faces.service.guard import Visitor, granted_besides
from nanoward.faces.service.problems import DoorClosedError
from nanoward.faces.service.service_parts import Service
from nanoward.flows.consent.read_spool import spool_reasons
from nanoward.flows.queries.list_people import PeopleList
from nanoward.flows.queries.rounds_held import RoundRecord, round_of, table_in
from nanoward.ports.ports import Ports
from nanoward.programme.access.redaction import pseudonym, redact
from nanoward.programme.access.rights import Grant, Right, Scope


class GateClosedError(RefusedError):
    """The gate is closed for this person; nothing was written."""

    code = "REF-111"
    next_step = "Read the reasons; who left is asked for nothing any more."


class NotThereError(DoorClosedError):
    """Nothing of this name is here, or you cannot see it."""

    code = "SRV-015"
    status = 404
    next_step = "See the list that it would be in."


def key_of(service: Service) -> bytes:
    """The key of pseudonyms of a programme."""
    from nanoward.wiring.service import pseudonym_key

    return service.once_made("pseudonym key", lambda: pseudonym_key(service.path))


def people_reached(ports: Ports, visitor: Visitor, grant_: Grant) -> frozenset[str]:
    """Whom a grant of one site reaches; nobody for any other."""
    if grant_.scope is not Scope.SITE:
        return frozenset()
    site = visitor.account.site
    known: tuple[str, ...] = getattr(ports.ledger, "people", tuple)()
    if not site:
        return frozenset(known)
    return visitor.near


def seen(
    ports: Ports, service: Service, visitor: Visitor, grant_: Grant, table: pl.DataFrame
) -> pl.DataFrame:
    """What of a table a grant lets through."""
    return redact(
        table,
        grant_,
        me=visitor.account.participant,
        site_people=people_reached(ports, visitor, grant_),
        key=key_of(service),
    )


def round_table(
    ports: Ports, service: Service, visitor: Visitor, name: str, right: Right | None = None
) -> pl.DataFrame:
    """A table of the last round as a visitor may see it; NoRoundError."""
    told = visitor.grant if right is None else granted_besides(service, visitor, right)
    return seen(
        ports, service, visitor, told, kept_table(ports, service, round_of(ports), name)
    )


def kept_table(ports: Ports, service: Service, record: RoundRecord, name: str) -> pl.DataFrame:
    """A table of a round; each is read once."""
    key = ("table", record.seq, name)
    return service.remembered(key, lambda: table_in(ports, record, name))


def people_list(service: Service) -> PeopleList:
    """The list of everybody, one for the service."""
    return service.once_made("people", PeopleList)


def seen_rows(
    ports: Ports, service: Service, visitor: Visitor, rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Rows as a visitor may see them; the columns are those of the first."""
    if not rows:
        return []
    table = pl.DataFrame(rows, infer_schema_length=None)
    return seen(ports, service, visitor, visitor.grant, table).to_dicts()


def seen_row(
    ports: Ports, service: Service, visitor: Visitor, row: Mapping[str, Any]
) -> dict[str, Any]:
    """One row as a visitor may see it; NotThereError where nothing of it is left."""
    found = seen_rows(ports, service, visitor, [dict(row)])
    if not found:
        raise NotThereError("it is not there, or not yours to see")
    return found[0]


def meant(ports: Ports, service: Service, visitor: Visitor, told: str) -> str:
    """Who is meant by a name in a path: for who knows pseudonyms alone, by those.

    NotThereError for a name that the visitor may not know.
    """
    scope = visitor.grant.scope
    if scope in (Scope.PSEUDONYMS, Scope.HASHES, Scope.OWN_LOTS):
        key = key_of(service)
        for who in getattr(ports.ledger, "people", tuple)():
            if pseudonym(who, key) == told:
                return str(who)
        raise NotThereError("it is not there, or not yours to see")
    if scope is Scope.SITE and told not in people_reached(ports, visitor, visitor.grant):
        raise NotThereError("it is not there, or not yours to see")
    return told


def require_here(ports: Ports, service: Service, participant: str) -> None:
    """GateClosedError for somebody who has left, or is leaving: no data of theirs are taken.

    What the exit's spool holds counts as well, before it is on the programme's ledger.
    """
    known = people_list(service).person(ports, participant)
    if known is None:
        raise NotThereError("it is not there, or not yours to see")
    if known.standing == "withdrawn":
        raise GateClosedError(f"{participant} left on {known.since}")
    if reasons := spool_reasons(ports.spool, ports.ledger, known.participant):
        raise GateClosedError(f"{participant}: {'; '.join(reasons)}")


def by_of(visitor: Visitor) -> str:
    """Who acts, as the ledger names them."""
    return visitor.account.shown
