"""OWASP ASVS 5.0.0, V1 and V3: what is written is never run. One test for each line."""

import ast
from pathlib import Path

import polars as pl
import pytest
from tests.faces.service.api.api_world import V1, act, get
from tests.faces.service.api.conftest import api, held
from tests.faces.service.service_world import Doors

from nanoward.adapters.formats import FileFormats
from nanoward.faces.service.api.parts.tables import csv_bytes
from nanoward.faces.service.problem_pages import page
from nanoward.programme.access.rights import Role

__all__ = ["api", "held"]
ROOT = Path(__file__).parents[4]
SERVICE = sorted((ROOT / "src" / "nanoward" / "faces" / "service").rglob("*.py"))
SCRIPTS = ("<svg onload=alert(1)>", "<script>alert(1)</script>", '"><img src=x onerror=a()>',
           "javascript:alert(1)", "{{7*7}}")  # fmt: skip


@pytest.mark.parametrize("text", SCRIPTS)
def test_asvs_1_2_1_script_in_a_text_comes_back_as_data_and_never_as_a_page(
    api: Doors, text: str
) -> None:
    nurse = api.client(Role.NURSE)
    told = act(nurse, "/programme/messages", {"body": text})
    assert told.status_code == 201
    listed = get(nurse, "/programme/messages", limit=200)
    assert listed.headers["content-type"] == "application/json"
    assert listed.headers["x-content-type-options"] == "nosniff"
    assert text in [one["body"] for one in listed.json()["items"]]
    wrong = nurse.get(f"{V1}/clearance/participants/{text}", headers={"Accept": "text/html"})
    assert wrong.headers["content-type"] == "application/problem+json"


def test_asvs_1_2_2_no_address_in_a_page_of_a_problem_comes_from_outside() -> None:
    text = page("X-1", {"title": "javascript:alert(1)", "next_step": "<a href='javascript:x'>"})
    assert "<a " not in text


def test_asvs_1_2_3_a_document_is_never_within_a_script() -> None:
    assert not [one for one in SERVICE if "api" in one.parts and "<script" in one.read_text()]


def _calls(path: Path) -> list[ast.Call]:
    return [one for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.Call)]


def test_asvs_1_2_4_no_query_is_made_of_somebodys_words() -> None:
    for path in SERVICE:
        for call in _calls(path):
            name = getattr(call.func, "attr", "")
            assert name not in ("execute", "executemany", "executescript"), path


def test_asvs_1_2_5_no_shell_is_asked() -> None:
    for path in SERVICE:
        for call in _calls(path):
            named = {one.arg for one in call.keywords}
            assert "shell" not in named, path
            assert getattr(call.func, "attr", "") not in ("system", "popen"), path


@pytest.mark.hazard("H-387")
def test_asvs_1_2_10_a_csv_holds_no_formula() -> None:
    table = pl.DataFrame({"a": ["=1+1", "@x", "-5", "+1-2", "\tx"], "n": [-1, 2, 3, 4, 5]})
    lines = csv_bytes(table).decode().split("\r\n")
    assert lines[1] == "'=1+1,-1"
    assert lines[3] == "-5,3"
    assert lines[4].startswith("'+1-2")


def test_asvs_1_3_4_an_uploaded_picture_is_no_file_of_reads(api: Doors) -> None:
    epidemiologist = api.client(Role.EPIDEMIOLOGIST)
    told = epidemiologist.put(
        f"{V1}/catalogue/reads/S9/1",
        content=b"<svg xmlns='http://www.w3.org/2000/svg' onload='a()'/>",
        headers={"Repr-Digest": f"sha-256=:{'A' * 43}=:"},
    )
    assert told.json()["code"] == "INP-091"


def test_asvs_1_5_1_a_bundle_in_xml_opens_no_entity() -> None:
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    )
    read = FileFormats().bundle("data/x.json", bomb)
    assert all(one.table.height == 0 for one in read.values())
    assert "root:" not in str(read)


def test_asvs_1_5_2_nothing_from_outside_is_unpickled() -> None:
    for path in SERVICE:
        assert "pickle" not in path.read_text(), path
