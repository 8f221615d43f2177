import copy
from typing import Any

import pytest

from nanoward.control.plan import (
    ROLES,
    STAFF,
    BadControlError,
    control_plan,
    strict_control_plan,
)
from nanoward.testing.desks import SECTION


def test_a_sound_section_is_understood() -> None:
    plan = control_plan(SECTION)
    assert plan.settings["rate"].range.high == 50.0
    assert plan.mechanisms["inducer"].second == "antibiotic"
    assert set(plan.routes) == {("culture", "stool"), ("ddpcr", "stool")}
    assert [one.signer.name for one in plan.signers] == [
        "anna",
        "ben",
        "cara",
        "nurse",
        "petra",
    ]
    assert plan.signers[-1].signer.scopes == ("acme",)
    reading = plan.settings["rate"].reading
    assert reading is not None
    assert (reading.quantity, reading.plausible.high) == ("pulse", 220.0)
    rule = plan.flush_rule("inducer", 1e9)
    assert rule.prior == pytest.approx(0.632, abs=1e-3)
    assert rule.capacity == 1e9


def test_a_section_for_a_device_needs_no_kill_and_no_flush() -> None:
    plan = control_plan({"agent": "A1", "spec_sha256": "0", "owner": "acme"})
    assert (plan.owner, dict(plan.settings), dict(plan.mechanisms)) == ("acme", {}, {})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("agent",), None),
        (("agent",), 3),
        (("settings",), []),
        (("settings", "rate"), 3),
        (("settings", "rate", "low"), "0"),
        (("settings", "rate", "low"), True),
        (("settings", "rate", "low"), 60.0),
        (("settings", "rate", "default"), 51.0),
        (("settings", "rate", "step"), 0.0),
        (("settings", "rate", "who"), ["anybody"]),
        (("settings", "rate", "who"), "staff"),
        (("settings", "rate", "reading"), "pulse"),
        (("settings", "rate", "reading", "quantity"), ""),
        (("settings", "rate", "reading", "high"), "220"),
        (("settings", "rate", "reading", "high"), 1.0),
        (("mechanisms", "inducer", "dose"), 0.0),
        (("mechanisms", "inducer", "escape"), 2.0),
        (("mechanisms", "inducer", "second"), "inducer"),
        (("flush", "routes"), {}),
        (("flush", "routes", 0, "fraction"), 2.0),
        (("flush", "doubling_h"), None),
        (("signers", 0, "roles"), []),
        (("signers", 0, "roles"), ["king"]),
        (("signers", 0, "scheme"), "rsa"),
        (("signers", 0, "public"), ""),
        (("signers",), [3]),
    ],
)
def test_a_section_that_makes_no_sense_names_its_key(path: tuple[Any, ...], value: Any) -> None:
    section = copy.deepcopy(SECTION)
    place: Any = section
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(BadControlError) as caught:
        control_plan(section)
    named = [step for step in path if isinstance(step, str)]
    assert any(step in str(caught.value) for step in named)


def test_one_signer_may_hold_every_role_there_is() -> None:
    section = copy.deepcopy(SECTION)
    section["signers"][0]["roles"] = [STAFF, *ROLES]
    assert control_plan(section).signers[0].signer.roles == {STAFF, *ROLES}


@pytest.mark.hazard("H-450")
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"agnet": 1}, "control.agnet"),
        ({"flush": {"doubling_h": 1.0, "respnse_h": 2.0}}, "control.flush.respnse_h"),
        ({"passkeys": {"domain": "a", "origin": "b", "x": 1}}, "control.passkeys.x"),
    ],
)
def test_a_misspelt_key_is_refused_and_does_not_keep_a_stop_from_reading_the_rest(
    change: dict[str, Any], told: str
) -> None:
    section = {"agent": "A1", "spec_sha256": "55", **change}
    with pytest.raises(BadControlError, match=f"{told} is no key"):
        strict_control_plan(section)
    assert control_plan(section).agent == "A1"


def test_a_misspelt_reading_would_open_a_setting_without_one() -> None:
    setting = {
        "unit": "mg", "low": 0.0, "high": 1.0, "default": 0.0, "step": 0.5, "rise_per_h": 1.0,
        "exposure_per_day": 9.0, "lease_s": 60, "readng": {},
    }  # fmt: skip
    section = {"agent": "A1", "spec_sha256": "55", "settings": {"rate": setting}}
    with pytest.raises(BadControlError, match=r"control\.settings\.rate\.readng"):
        strict_control_plan(section)


def test_whose_passkeys_sign_is_stated_whole_or_not_at_all() -> None:
    section = {"agent": "A1", "spec_sha256": "55"}
    assert control_plan(section).passkeys is None
    both = {"domain": "ward.example", "origin": "https://ward.example"}
    assert control_plan({**section, "passkeys": both}).passkeys == tuple(both.values())
    with pytest.raises(BadControlError):
        control_plan({**section, "passkeys": {"domain": "ward.example"}})
