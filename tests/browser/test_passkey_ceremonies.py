"""The seven ceremonies of a passkey, and a kill code released by two people in two browsers."""

import base64
import hashlib
import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.browser.browser_world import browser, passkey, served
from tests.faces.cli.control.test_commands import enrol, made_ward, run, with_key
from tests.faces.service.identity.identity_world import give_role, seed_administrators

from nanoward.adapters.signers.webauthn import RelyingParty, webauthn_verifies
from nanoward.wiring.service import open_accounts, open_credentials


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    with browser() as opened:
        yield opened


@contextmanager
def administered(ward: Path) -> Iterator[tuple[str, str]]:
    """A served programme: its origin, and the invite of its first administrator."""
    port = free_port()
    with served(ward, "--port", str(port)) as (origin, process):
        assert process.stdout is not None
        yield origin, process.stdout.readline().split()[-1]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name).click()


def register(page: Any, link: str) -> None:
    page.goto(link)
    press(page, "Register a passkey")
    page.wait_for_url(re.compile(r"^http://[^/]+/devices$"))


def said(page: Any) -> str:
    alert = page.locator("form [role=alert]").first
    alert.wait_for(state="visible")
    return str(alert.inner_text())


def sign_in(page: Any, origin: str) -> None:
    page.goto(f"{origin}/sign-in?next=/devices")
    press(page, "Sign in with a passkey")
    page.wait_for_url(re.compile(r"^http://[^/]+/devices$"))


@pytest.mark.timeout(120)
def test_the_seven_ceremonies_of_a_passkey(chrome: Any, ward: Path) -> None:
    with administered(ward) as (origin, link):
        context = chrome.new_context()
        page = context.new_page()
        session, key = passkey(context, page)
        register(page, link)  # 1: a first passkey is registered
        assert "one passkey" in page.inner_text("main")
        answers: list[Any] = []
        page.on(
            "request",
            lambda one: (
                answers.append(one.post_data_json)
                if one.method == "POST" and one.url == f"{origin}/sign-in"
                else None
            ),
        )
        press(page, "Sign out")
        sign_in(page, origin)  # 2: it signs in
        device = open_credentials(str(ward)).devices(first_account(ward))[0]
        assert signs_an_order(page, device, origin)  # 3: it signs an order's bytes
        told = page.request.post(
            f"{origin}/sign-in", data=json.dumps(answers[0]),
            headers={"content-type": "application/json", "origin": origin},
        )  # fmt: skip
        assert (told.status, told.json()["code"]) == (401, "SRV-043")  # 4: replayed
        session.send(
            "WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False}
        )
        page.goto(f"{origin}/sign-in")
        press(page, "Sign in with a passkey")
        assert "was not used" in said(page)  # 5: without user verification
        session.send(
            "WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True}
        )
        elsewhere = origin.replace("localhost", "elsewhere.localhost")
        assert other_origin(page, elsewhere)  # 6: another origin
        (kept,) = session.send("WebAuthn.getCredentials", {"authenticatorId": key})[
            "credentials"
        ]
        session.send(
            "WebAuthn.removeCredential",
            {"authenticatorId": key, "credentialId": kept["credentialId"]},
        )
        session.send(
            "WebAuthn.addCredential",
            {"authenticatorId": key, "credential": {**kept, "signCount": 1}},
        )
        page.goto(f"{origin}/sign-in")
        press(page, "Sign in with a passkey")
        assert "counts backwards" in said(page)  # 7: a counter that went back


def first_account(ward: Path) -> str:
    accounts = open_accounts(str(ward))
    found = accounts.accounts()[0].account
    accounts.close()
    return found


def signs_an_order(page: Any, device: Any, origin: str) -> bool:
    """The browser signs an order's bytes; the product's own verifier takes these alone."""
    script = """async ([challenge, id]) => {
        const bytes = (text) => Uint8Array.from(
            atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));
        const text = (raw) => btoa(String.fromCharCode(...new Uint8Array(raw)))
            .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
        const made = await navigator.credentials.get({publicKey: {
            challenge: bytes(challenge), userVerification: 'required',
            allowCredentials: [{type: 'public-key', id: bytes(id)}]}});
        const r = made.response;
        return {authenticatorData: text(r.authenticatorData), signature: text(r.signature),
            clientDataJSON: text(r.clientDataJSON)};
    }"""
    order = b"killcode-v1\0 an order"
    challenge = base64.b64encode(hashlib.sha256(order).digest()).decode()
    signature = json.dumps(page.evaluate(script, [challenge, device.device]))
    party = RelyingParty(domain="localhost", origin=origin)
    other = webauthn_verifies(party, device.public, b"another order", signature)
    return webauthn_verifies(party, device.public, order, signature) and not other


def other_origin(page: Any, elsewhere: str) -> bool:
    """Whether the browser lets a page of another host use no passkey of this one."""
    page.goto(f"{elsewhere}/health/live")
    tried = page.evaluate(
        """async () => { try { await navigator.credentials.get({publicKey: {
        challenge: new Uint8Array(32), rpId: 'me.localhost', userVerification: 'required'}});
        return 'signed'; } catch (fault) { return fault.name; } }"""
    )
    return bool(tried == "SecurityError")


control_ward = pytest.fixture(name="control_ward")(made_ward.__wrapped__)  # type: ignore[attr-defined]


OPTIONS = {
    "protocol": "ctap2", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


class Person:
    """Somebody with a browser of their own and two passkeys, one of which they hold."""

    def __init__(self, chrome: Any, link: str) -> None:
        context = chrome.new_context()
        self.page = context.new_page()
        self.session, self.held = passkey(context, self.page)
        self.kept: list[Any] = []
        register(self.page, link)
        self._put_away()
        self.held = self._authenticator("usb")
        before = self.page.locator("tbody tr").count()
        press(self.page, "Register a passkey")
        self.page.locator("tbody tr").nth(before).wait_for()

    def take(self, number: int) -> None:
        """Hold the passkey that was registered first (0) or second (1), and no other."""
        self._put_away()
        self.held = self._authenticator("internal" if number == 0 else "usb")
        told = {"authenticatorId": self.held, "credential": self.kept[number]}
        self.session.send("WebAuthn.addCredential", told)

    def _put_away(self) -> None:
        held = {"authenticatorId": self.held}
        (credential,) = self.session.send("WebAuthn.getCredentials", held)["credentials"]
        self.session.send("WebAuthn.removeVirtualAuthenticator", held)
        names = [one["credentialId"] for one in self.kept]
        if credential["credentialId"] in names:
            self.kept[names.index(credential["credentialId"])] = credential
        else:
            self.kept.append(credential)

    def _authenticator(self, transport: str) -> str:
        options = {"options": {**OPTIONS, "transport": transport}}
        told = self.session.send("WebAuthn.addVirtualAuthenticator", options)
        return str(told["authenticatorId"])


def person(chrome: Any, ward: Path, origin: str, name: str) -> tuple[Person, str]:
    """Somebody opens their invite and registers two passkeys; they are an investigator."""
    link = run("access", "invite", str(ward), "--name", name, "--origin", origin)["link"]
    made = Person(chrome, link)
    rows = run("access", "accounts", str(ward))["accounts"]
    (account,) = [one["account"] for one in rows if one["shown"] == name]
    give_role(ward, account, "investigator")
    return made, account


def signs_kill(page: Any, origin: str, order: str, role: str) -> str:
    page.goto(f"{origin}/step-up/kill/{order}")
    page.get_by_label("You sign as").select_option(role)
    said_before = page.locator("form [role=alert]").first
    with page.expect_response(
        lambda one: (
            one.request.method == "POST"
            and "/step-up/kill/" in one.url
            and (one.url.endswith(order) or not one.ok)
        )
    ) as ended:
        press(page, "Sign this kill code")
    if not ended.value.ok:
        said_before.wait_for(state="visible")
        return str(said_before.inner_text())
    page.locator("#signed", has_text=f"as {role}").wait_for()
    return str(page.locator("#status").inner_text())


def two_roles_for_one_person(ward: Path, account: str) -> None:
    """Whoever writes the plan gives one person's second passkey a second role by mistake."""
    plan = ward / "programme.toml"
    head, *blocks = plan.read_text(encoding="utf-8").split("[[control.signers]]")
    mine = [place for place, one in enumerate(blocks) if account in one]
    assert len(mine) == 2
    blocks[mine[1]] = blocks[mine[1]].replace("physician", "safety_officer")
    plan.write_text("[[control.signers]]".join([head, *blocks]), encoding="utf-8")


@pytest.mark.hazard("H-395")
@pytest.mark.timeout(120)
def test_a_kill_code_is_released_by_two_people_in_two_browsers(
    chrome: Any, control_ward: Path
) -> None:
    ward, port = control_ward, free_port()
    path, origin = str(ward), f"http://localhost:{port}"
    enrol(ward, "--cells", "1e9", "--age", "40", "--weight", "70")
    seed_administrators(ward)
    with served(ward, "--port", str(port)):
        ito, ito_name = person(chrome, ward, origin, "Dr Ito")
        osei, osei_name = person(chrome, ward, origin, "Dr Osei")
    for name, role in ((ito_name, "physician"), (osei_name, "safety_officer")):
        signer = ("access", "signer", path, name, "--role", role, "--origin", origin)
        run(*signer, "--write")
    two_roles_for_one_person(ward, ito_name)
    with served(ward, "--port", str(port)):  # a lane beside it reads the plan as it starts
        ask = ("control", "kill", "request", path, "P1", "--mechanism", "inducer")
        order = run(*ask, "--reason", "study end", *with_key(ward, "anna"))["order"]
        for one in (ito, osei):
            one.take(0)
            sign_in(one.page, origin)
        assert signs_kill(ito.page, origin, order, "physician") == "approved"
        ito.take(1)  # the same person, with another device, in another role
        assert "has signed already" in signs_kill(ito.page, origin, order, "safety_officer")
        assert signs_kill(osei.page, origin, order, "safety_officer") == "released"
        (told,) = run("control", "status", path)["kills"]
    assert told["signed"] == [["Dr Ito", "physician"], ["Dr Osei", "safety_officer"]]
