"""Which pages there are, and who finds them: by the matrix, as the routes themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from nanoward.ports.service.accounts import Account
from nanoward.programme.access.rights import Right, grant


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """A page in the list of pages."""

    url: str
    title: str
    right: Right
    group: str


def _links(group: str, *rows: tuple[str, str, Right]) -> tuple[PageLink, ...]:
    return tuple(
        PageLink(url=url, title=title, right=right, group=group) for url, title, right in rows
    )


LINKS: tuple[PageLink, ...] = (
    *_links(
        "Ward",
        ("/console/now", "Now", Right.READ_PROGRAMME),
        ("/console/board", "Board", Right.READ_CLINICAL),
        ("/console/visits", "Visits and beds", Right.READ_VISITS),
        ("/console/messages", "Messages", Right.READ_MESSAGES),
    ),
    *_links(
        "Medicine",
        ("/console/safety", "Safety", Right.READ_CLINICAL),
        ("/console/settings", "Settings", Right.READ_SETTINGS),
        ("/console/bonds", "Bonds and drift", Right.READ_GENOMES),
        ("/console/pregnancies", "Pregnancies and exposed", Right.READ_PREGNANCIES),
    ),
    *_links(
        "Control",
        ("/console/control", "Control room", Right.READ_CONTROL),
        ("/console/watch", "Watch", Right.READ_INCIDENTS),
        ("/console/council", "Council room", Right.READ_COUNCIL),
    ),
    *_links(
        "Office",
        ("/console/data", "Data and findings", Right.READ_PROGRAMME),
        ("/console/agreements", "Agreements and pay", Right.READ_AGREEMENTS),
        ("/console/partners", "Partners", Right.READ_PARTNERS),
        ("/console/audit", "Audit", Right.READ_LEDGER),
        ("/people", "People and roles", Right.READ_ROLES),
    ),
)


def links_for(account: Account) -> Sequence[tuple[str, Sequence[PageLink]]]:
    """The pages that somebody may open, by group."""
    mine = [one for one in LINKS if grant(account.roles, one.right, me=account.participant)]
    groups = dict.fromkeys(one.group for one in mine)
    return [(name, [one for one in mine if one.group == name]) for name in groups]


def first_page(account: Account) -> str:
    """Where somebody begins."""
    mine = [one.url for _, links in links_for(account) for one in links]
    first = [one for one in ("/console/now", "/console/partners") if one in mine]
    return (*first, *mine, "/people")[0]
