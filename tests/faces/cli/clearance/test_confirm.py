import json
from pathlib import Path

from click.testing import CliRunner, Result

from nanoward.faces.cli import cli

PLAN = 'name = "w"\ntitle = "W"\n[clearance]\npsychological_weeks = 0\nmedical_weeks = 0\n'
FILES = {
    "dm.csv": "DOMAIN,USUBJID,RFICDTC,RFSTDTC,ARM\nDM,P1,2026-11-01,2026-11-09,A\n",
    "ex.csv": "DOMAIN,USUBJID,EXSEQ,EXTRT,EXDOSE,EXSTDTC\nEX,P1,1,L,1,2026-11-09\n",
    "ae.csv": "DOMAIN,USUBJID,AESEQ,AETERM,AESEV,AESTDTC\nAE,P1,1,Sepsis,SEVERE,2026-11-14\n",
}


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, [*words])


def test_what_vanished_is_shown_confirmed_and_let_go(tmp_path: Path) -> None:
    data = tmp_path / "data" / "sdtm"
    data.mkdir(parents=True)
    (tmp_path / "programme.toml").write_text(PLAN)
    for name, text in FILES.items():
        (data / name).write_text(text)
    folder = str(tmp_path)
    assert typed("round", folder, "--as-of", "2026-11-16", "--quiet").exit_code == 8  # held
    (data / "ae.csv").unlink()
    held = typed("round", folder, "--as-of", "2026-11-23", "--quiet")
    assert held.exit_code == 1
    assert "to be confirmed by a named person" in held.stdout
    page = (tmp_path / "rounds" / "2026-11-23" / "report.html").read_text()
    assert "Changed since the last round" in page
    assert "nanoward clearance confirm PROGRAMME PARTICIPANT" in page
    shown = typed("clearance", "confirm", folder, "--json")
    assert shown.exit_code == 1
    assert [one["participant"] for one in json.loads(shown.stdout)["waiting"]] == ["P1"]
    done = typed("clearance", "confirm", folder, "P1", "--by", "Dr A", "--reason", "a double")
    assert done.exit_code == 0
    again = typed("round", folder, "--as-of", "2026-11-23", "--json", "--quiet")
    assert json.loads(again.stdout)["facts"]["clearance"]["cleared"] == 1
    assert typed("clearance", "confirm", folder).exit_code == 0
