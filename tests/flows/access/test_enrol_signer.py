import tomllib
from dataclasses import replace
from typing import Any

import pytest
from tests.flows.access.access_world import NOON

from nanoward.control.plan import control_plan
from nanoward.flows.access.enrol_signer import NoSignerError, signer_lines
from nanoward.ports.service.accounts import Account
from nanoward.ports.service.credentials import Device
from nanoward.programme.access.rights import Role
from nanoward.testing.desks import SECTION

ITO = Account(account="a-ito", shown='Dr "Ito" \\', roles=(Role.INVESTIGATOR,))
KEY = Device(
    device="d1", account="a-ito", public="00", key="k1", counter=1, bound=True, label="x",
    added=NOON,
)  # fmt: skip
OTHER_ROLE = {"person": "a-ito", "roles": ["council"]}
ORIGIN = "https://ward.example:8443"


def enrolled(account: Account = ITO, role: str = "physician", **section: Any) -> str:
    keys = [KEY, replace(KEY, device="d2", key="k2"), replace(KEY, key="k3", bound=False)]
    return signer_lines(account, keys, role, section, ORIGIN)


@pytest.mark.hazard("H-395")
def test_the_lines_are_what_control_reads() -> None:
    told = tomllib.loads(enrolled())["control"]
    assert told["passkeys"] == {"domain": "ward.example", "origin": ORIGIN}
    signers = control_plan({**SECTION, "signers": told["signers"]}).signers
    assert [one.signer.key for one in signers] == ["k1", "k2"]
    assert {one.signer.person for one in signers} == {"a-ito"}
    assert {one.signer.name for one in signers} == {ITO.shown}
    assert enrolled(**told) == ""  # what stands there is not told again


@pytest.mark.hazard("H-395")
@pytest.mark.parametrize(
    ("account", "role", "section", "why"),
    [
        (replace(ITO, roles=(Role.NURSE,)), "physician", {}, "no investigator"),
        (ITO, "king", {}, "no role is called"),
        (ITO, "council", {}, "no council"),
        (
            ITO,
            "physician",
            {"signers": [{"person": "a-ito", "roles": ["council"]}]},
            "one role",
        ),
        (ITO, "physician", {"passkeys": {"origin": "https://x"}}, "another origin"),
    ],
    ids=["role", "no kill role", "council", "two roles", "origin"],
)
def test_who_must_not_sign_is_not_enrolled(
    account: Account, role: str, section: dict[str, Any], why: str
) -> None:
    with pytest.raises(NoSignerError, match=why):
        enrolled(account, role, **section)


def test_a_passkey_that_can_be_copied_is_not_enrolled() -> None:
    with pytest.raises(NoSignerError, match="stays on its device"):
        signer_lines(ITO, [replace(KEY, bound=False)], "physician", {}, ORIGIN)
