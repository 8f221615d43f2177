"""The console in a real browser: a served ward, and pages of somebody who is signed in."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.browser.browser_world import browser, served

from nanoward.adapters.accounts.sqlite_accounts import SqliteAccounts, key_of
from nanoward.ports.service.accounts import Account
from nanoward.programme.access.rights import Role

EVERYTHING = (Role.INVESTIGATOR, Role.COUNCIL, Role.EPIDEMIOLOGIST, Role.NURSE)
PAGES = (
    "now", "board", "people/P001", "safety", "settings", "bonds", "control", "data", "audit",
    "visits", "agreements", "messages", "watch", "council", "pregnancies", "partners", "stop",
)  # fmt: skip
ABSENT_HERE = ("/api/v1/events", "/sign-in")  # other doors: no fault of a page


@dataclass
class Console:
    """A served ward, a browser, and what its pages complained of."""

    folder: Path
    origin: str
    opened: Any
    faults: list[str] = field(default_factory=list)
    value: str = ""

    def context(self, scheme: str = "light", **options: Any) -> Any:
        """A context of somebody who holds many roles, signed in."""
        made = self.opened.new_context(color_scheme=scheme, **options)
        self.sign_in(made)
        return made

    def sign_in(self, context: Any) -> None:
        """Open a session, and give the context its cookie."""
        accounts = SqliteAccounts(self.folder / ".nanoward" / "accounts.db")
        accounts.add_account(Account(account="ana", shown="ana", roles=EVERYTHING))
        self.value = accounts.begin_session("ana", datetime.now(UTC))
        accounts.close()
        url = self.origin.replace("http:", "https:")
        context.add_cookies(
            [{"name": "__Host-session", "value": self.value, "url": url, "secure": True}]
        )

    def end_session(self) -> None:
        """The session ends while somebody looks at a page."""
        accounts = SqliteAccounts(self.folder / ".nanoward" / "accounts.db")
        accounts.end_session(key_of(self.value))
        accounts.close()

    def page(self, context: Any) -> Any:
        """A page whose complaints are written down: refused script or style, and faults."""
        page = context.new_page()
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("console", self._note)
        page.on("dialog", self._answer)
        return page

    def _answer(self, told: Any) -> None:
        if told.type == "alert":
            self.faults.append(f"alert {told.message}")
        told.accept()

    def _note(self, told: Any) -> None:
        if told.type == "error" and not any(one in str(told.location) for one in ABSENT_HERE):
            self.faults.append(told.text)


@contextmanager
def console_of(folder: Path) -> Iterator[Console]:
    """The ward of a folder, served, with a browser before it."""
    with served(folder) as (origin, _), browser() as opened:
        yield Console(folder=folder, origin=origin, opened=opened)


STRUCTURE = """() => {
  const plain = /^(div|span|p|b|small|br|g|path|rect|circle|line|text|use|svg|tspan|code)$/;
  const walk = (node) => {
    const tag = node.tagName.toLowerCase();
    const role = node.getAttribute("role");
    const inner = [];
    for (const child of node.children) { inner.push(...walk(child)); }
    const merged = [];
    for (const one of inner) {
      const last = merged[merged.length - 1];
      if (JSON.stringify(last) !== JSON.stringify(one)) { merged.push(one); }
    }
    if (plain.test(tag) && !role) { return merged; }
    const name = tag + (role ? "." + role : "");
    return [merged.length ? {[name]: merged} : name];
  };
  return walk(document.body);
}"""


def structure(page: Any) -> str:
    """Tags and roles of a page as a tree; repeats in a row are one."""
    return json.dumps(page.evaluate(STRUCTURE), indent=1) + "\n"


class Axe:
    """axe on one page, injected once and run as often as one likes (see browser_world)."""

    def __init__(self, page: Any) -> None:
        import axe_playwright_python

        self._session = page.context.new_cdp_session(page)
        (script,) = Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")
        self._script = script.read_text()
        self._world = 0

    def begin(self) -> None:
        """A new document is there."""
        frame = self._session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        made = self._session.send("Page.createIsolatedWorld", {"frameId": frame})
        self._world = made["executionContextId"]
        self._session.send(
            "Runtime.evaluate", {"expression": self._script, "contextId": self._world}
        )

    def violations(self, *, colours_alone: bool = False) -> list[str]:
        """Rule and element of each violation of WCAG 2.0 to 2.2, A and AA.

        colours_alone  only what another scheme of colours can change
        """
        tags = '["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa"]'
        if colours_alone:
            tags = '{type: "rule", values: ["color-contrast", "link-in-text-block"]}'
        told = self._session.send(
            "Runtime.evaluate",
            {
                "expression": f"axe.run(document, {{runOnly: {tags},"
                " resultTypes: ['violations']})"
                ".then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ' ' + n.html)))",
                "contextId": self._world,
                "awaitPromise": True,
                "returnByValue": True,
            },
        )
        found: list[str] = told["result"]["value"]
        return found
