"""Open a further site: its own folder, ledger and part of the plan, keys known both ways."""

import re
import tomllib
from collections.abc import Mapping

from nanoward.base.entries import ProgrammeOpened
from nanoward.base.entries.messages import SiteOpened
from nanoward.base.errors import UsageError
from nanoward.flows.messages.message_book import MessageBook
from nanoward.ports.ledger import LedgerMovedError
from nanoward.ports.messages import MessageDesk, RelayKeys

ACTOR = "relay"
NAMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
HEADER = re.compile(r"^\[programme\.messages\]\s*(#.*)?$", re.MULTILINE)
SITE = re.compile(r"^site\s*=.*$", re.MULTILINE)
NEXT = re.compile(r"^\[", re.MULTILINE)


class BadSiteError(UsageError):
    """A site that cannot be opened: its name is no name, or it is open already."""

    code = "USE-196"
    next_step = "Name the site by letters, digits, - and _; see nanoward site status PROGRAMME."


def site_plan(text: str, site: str) -> str:
    """A programme's plan as a further site's: the same but for the site's own name."""
    found = HEADER.search(text)
    if found is None:
        made = f'{text.rstrip()}\n\n[programme.messages]\nsite = "{site}"\n'
    else:
        after = NEXT.search(text, found.end())
        end = after.start() if after else len(text)
        section = SITE.sub("", text[found.end() : end])
        made = f'{text[: found.end()]}\nsite = "{site}"{section}{text[end:]}'
    told: Mapping[str, dict[str, dict[str, str]]] = tomllib.loads(made)
    if told["programme"]["messages"].get("site") != site:
        raise BadSiteError(f"the plan of site {site!r} cannot be made from this one")
    return made


def check_site(desk: MessageDesk, site: str) -> None:
    """BadSiteError where a site of the name cannot be opened from here."""
    if not NAMED.fullmatch(site):
        raise BadSiteError(f"{site!r} is no name of a site")
    book = MessageBook(desk.rules.site).refresh(desk.ports.ledger)
    if site == desk.rules.site or site in book.sites():
        raise BadSiteError(f"site {site!r} is open already")


def know_site(desk: MessageDesk, site: str, keys: RelayKeys) -> SiteOpened:
    """Write down the public keys of a site; from now on files go to it and come from it."""
    while True:
        size = desk.ports.ledger.head().size
        now = desk.ports.clock.now()
        entry = SiteOpened(
            site=site, sealing_key=keys.sealing_key, signing_key=keys.signing_key, at=now
        )
        plan = desk.ports.folder.plan()
        opened = ProgrammeOpened(programme=plan.name, title=plan.title, plan_sha256=plan.sha256)
        entries = (entry,) if size else (opened, entry)
        try:
            desk.ports.ledger.append(entries, actor=ACTOR, at=now, after=size)
        except LedgerMovedError:
            continue
        return entry
