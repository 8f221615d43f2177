import json
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import polars as pl
import pytest
from tests.faces.service.participant.me_world import ME, OTHER, PAPER, make_home
from tests.flows.participant.test_read_own_record import grades, hold

from nanoward.flows.participant.export_own_record import export_own_record, safe_cell
from nanoward.wiring import open_ports


def unpacked(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as box:
        return {name: box.read(name) for name in box.namelist()}


@pytest.mark.hazard("H-418")
def test_all_of_ones_own_and_nobody_else(tmp_path: Path) -> None:
    table = grades().with_columns(pl.Series("reasons", [["=1+1", f"beside {OTHER}"]] * 4))
    with open_ports(str(make_home(tmp_path / "home")), quiet=True) as ports:
        hold(ports, {"grades": table})
        files = unpacked(export_own_record(ports, ME))
        again = unpacked(export_own_record(ports, ME))
        kinds = [one.kind for one in ports.ledger.about(ME)]
    assert files == again
    records = [json.loads(line) for line in files["records-ledger.jsonl"].splitlines()]
    assert [one["kind"] for one in records] == kinds
    assert OTHER not in b"".join(files.values()).decode()
    assert files["tables/grades.csv"].decode().count(ME) == 3
    assert "'=1+1; beside somebody" in files["tables/grades.csv"].decode()
    assert PAPER.encode() in files.values()
    assert "own record" in json.loads(files["gates.json"])["always open"]


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "\tx", "\rx"])
def test_asvs_1_2_10_no_text_becomes_a_formula(text: str) -> None:
    assert safe_cell(text) == f"'{text}"
    assert safe_cell("plain") == "plain"
