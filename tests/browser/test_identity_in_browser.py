"""Every page of identity as a browser shows it: axe, both colour schemes, three widths."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.browser.browser_world import axe_violations, browser, served
from tests.browser.test_passkey_ceremonies import free_port
from tests.faces.service.identity.identity_world import (
    SoftPasskey,
    bare_programme,
    seed_administrators,
)

from nanoward.base.entries import Entry
from nanoward.base.entries.programme import (
    AccountOpened,
    EmergencyAccessOpened,
    EmergencyAccessReviewed,
    RecoveryProposed,
    RoleConfirmed,
    RoleProposed,
)
from nanoward.faces.service.guard import COOKIE
from nanoward.ports.service.accounts import Account
from nanoward.programme.access.rights import Role
from nanoward.wiring.service import open_accounts, open_credentials, to_act

WIDTHS = (320, 820, 1400)
PAGES = (
    "/sign-in", "/devices", "/sessions", "/people", "/step-up", "/card", "/people/cards/P001",
    "/people/emergencies",
)  # fmt: skip
EVERYTHING = (Role.ADMINISTRATOR, Role.COUNCIL, Role.NURSE)


def seeded(ward: Path) -> str:
    """A programme in which each page has something to show; the value of a session."""
    seed_administrators(ward)
    accounts = open_accounts(str(ward))
    now = datetime.now(UTC)
    accounts.add_account(Account(account="a-all", shown="Dr Adaeze", roles=EVERYTHING))
    accounts.open_emergency("a-all", "P001", now + timedelta(minutes=60))
    value = accounts.begin_session("a-all", now)
    accounts.close()
    credentials = open_credentials(str(ward))
    for number in (1, 2):
        key = SoftPasskey("http://localhost", number, backed_up=number == 2)
        credentials.add_device(key.device("a-all"))
    credentials.close()
    who, first = "a-all", "a-first"
    entries: list[Entry] = [
        AccountOpened(account=who, name="Dr Adaeze", site="north", invite=""),
        RoleProposed(grant="g", account=who, role="monitor", proposed_by=first, reason="r"),
        RecoveryProposed(recovery="r", account=who, proposed_by=first, identity_check="seen"),
    ]
    entries += [
        RoleConfirmed(grant=str(one), account=who, role=str(one), confirmed_by="nobody")
        for one in EVERYTHING
    ]
    entries += [
        EmergencyAccessOpened(
            access=name, account=who, participants=("P001",), reason="not awake", until=now
        )
        for name in ("e", "f")
    ]
    entries.append(EmergencyAccessReviewed(access="f", reviewed_by="a-first", note="right"))
    with to_act(str(ward)) as ports:
        ports.ledger.append(entries, actor="test", at=now)
    return value


def sideways(page: Any) -> int:
    """Pixels by which the page is wider than its window."""
    session = page.context.new_cdp_session(page)
    told = session.send("Page.getLayoutMetrics")
    return int(told["cssContentSize"]["width"] - told["cssLayoutViewport"]["clientWidth"])


@pytest.mark.timeout(120)
def test_every_page_of_identity_is_sound_in_both_schemes_at_three_widths(
    tmp_path: Path,
) -> None:
    ward, port = bare_programme(tmp_path / "ward"), free_port()
    value, origin = seeded(ward), f"http://localhost:{port}"
    pictures = tmp_path / "pictures"
    with served(ward, "--port", str(port)), browser() as chrome:
        for scheme in ("light", "dark"):
            context = chrome.new_context(color_scheme=scheme)
            context.add_cookies(
                [
                    {
                        "name": COOKIE,
                        "value": value,
                        "url": origin.replace("http:", "https:"),
                        "secure": True,
                    }
                ]
            )
            page = context.new_page()
            found = []
            for path in PAGES:
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 800})
                    assert page.goto(f"{origin}{path}").ok, path
                    found += [f"{path} {width} {scheme}: {one}" for one in axe_violations(page)]
                    if sideways(page) > 0:
                        found.append(f"{path} {width}: scrolls sideways")
                    name = f"{path.strip('/').replace('/', '-')}-{width}-{scheme}.png"
                    page.screenshot(path=pictures / name, full_page=True)
            assert found == []
            context.close()
