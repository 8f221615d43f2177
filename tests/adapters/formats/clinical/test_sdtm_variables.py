"""The list of variables against the code that asks for them."""

import ast
import re
from pathlib import Path

import pytest

from nanoward.adapters.formats.clinical.sdtm import read_domain
from nanoward.adapters.formats.clinical.sdtm_variables import (
    EVERYWHERE,
    USED,
    ignored_because,
    meant_variable,
    variables_used,
)
from nanoward.adapters.formats.problems import Remarks

ROOM = Path(__file__).parents[4] / "src" / "nanoward" / "clearance"
_VARIABLE = re.compile(r"(AE|DM|DS|EG|EX|LB|QS|SV|VS|RF|DTH)[A-Z0-9]{2,6}")


def asked_for() -> set[str]:
    """Every constant of the room's SDTM modules that is written as a variable is."""
    found: set[str] = set()
    for module in (ROOM / "sdtm").glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value} if _VARIABLE.fullmatch(node.value) else set()
    return found


def test_every_variable_that_the_room_asks_for_is_listed_as_used() -> None:
    listed = {name for names in USED.values() for name in names} | set(EVERYWHERE)
    terms = {"DSMB", "EXPIRED", "EXTREME", "EOS", "AEENDTC"}
    assert asked_for() - terms - {"LBALL"} <= listed


@pytest.mark.hazard("H-125")
def test_an_unknown_variable_is_told_and_a_misspelt_one_names_the_one_meant() -> None:
    content = b"DOMAIN,USUBJID,AESEQ,AETERM,AESRE,AEWHAT,AELOC\nAE,p,1,Rash,Y,x,N\n"
    reading = read_domain("AE", "ae.csv", content)
    told = {one.code: one.message for one in reading.findings}
    assert "AESER" in told["FMT-122"]
    assert "AEWHAT" in told["FMT-121"]
    uses = {one.name: one.use for one in reading.account}
    assert (uses["AETERM"], uses["AELOC"], uses["AEWHAT"]) == ("used", "ignored", "told")


def test_a_variable_is_ignored_for_a_reason_or_not_at_all() -> None:
    assert ignored_because("AELOC")
    assert ignored_because("AEWHAT") is None
    assert meant_variable("AE", "AESRE") == "AESER"
    assert meant_variable("AE", "AEWHAT") == ""
    assert variables_used("AE", ["AESER"], Remarks("x"))[0].use == "used"


@pytest.mark.parametrize(("count", "more"), [(20, False), (21, True)])
def test_twenty_unknown_variables_are_named_and_of_more_it_is_said(
    count: int, *, more: bool
) -> None:
    remarks = Remarks("x")
    variables_used("AE", [f"ZQ{at:02}XX" for at in range(count)], remarks)
    (one,) = remarks.findings()
    assert one.message.endswith(" ...") == more
    assert "ZQ19XX" in one.message
    assert "ZQ20XX" not in one.message
