"""`nanoward schema` and `nanoward init --full`, as people type them."""

import json
import re
import tomllib
from pathlib import Path

from click.testing import CliRunner
from jsonschema import Draft7Validator

from nanoward.faces.cli import cli


def typed(*words: str) -> tuple[int, str]:
    answer = CliRunner().invoke(cli, list(words))
    return answer.exit_code, answer.output


def test_the_schema_is_printed_for_editors() -> None:
    code, told = typed("schema")
    assert code == 0
    Draft7Validator.check_schema(json.loads(told))
    assert set(json.loads(told)["properties"]) >= {"name", "bonds", "reads", "watch"}


def test_a_full_plan_names_its_schema_and_states_nothing(tmp_path: Path) -> None:
    ward = tmp_path / "ward"
    code, told = typed("init", str(ward), "--full", "--json")
    assert (code, json.loads(told)["folder"]) == (0, str(ward))
    text = (ward / "programme.toml").read_text()
    assert text.startswith("#:schema ./programme.schema.json\n")
    assert tomllib.loads(text) == {"name": "ward", "title": "ward"}
    schema = json.loads((ward / "programme.schema.json").read_text())
    Draft7Validator(schema).validate(tomllib.loads(text))
    assert json.loads(typed("schema", str(ward), "--json")[1]) == {"sections": [], "faults": []}


def test_a_full_plan_without_its_comments_is_read_whole(tmp_path: Path) -> None:
    ward = tmp_path / "ward"
    typed("init", str(ward), "--full")
    plan = ward / "programme.toml"
    guide, _, rest = plan.read_text().partition("\nname = ")
    plan.write_text("name = " + re.sub(r"(?m)^# ?", "", rest))
    code, told = typed("schema", str(ward))
    assert (code, told) == (0, "11 sections of programme.toml are understood\n")
    assert "take the first" in guide


def test_a_plain_plan_stays_as_short_as_it_was(tmp_path: Path) -> None:
    typed("init", str(tmp_path / "ward"))
    text = (tmp_path / "ward" / "programme.toml").read_text()
    assert text.startswith("#:schema ./programme.schema.json\n")
    assert len(text.splitlines()) < 30
    assert typed("schema", str(tmp_path / "ward"))[0] == 0


def test_each_section_that_cannot_be_read_is_told_with_what_to_do(tmp_path: Path) -> None:
    plan = tmp_path / "programme.toml"
    plan.write_text('name = "x"\n[bonds]\nalpah = 1\n[clearance]\nhold_grade = "three"\n')
    code, told = typed("schema", str(tmp_path))
    assert code == 3
    assert "[bonds] INP-024: programme.toml: [bonds] does not know 'alpah'" in told
    assert "[clearance] CLR-001" in told
    faults = json.loads(typed("schema", str(tmp_path), "--json")[1])["faults"]
    assert [one["section"] for one in faults] == ["bonds", "clearance"]
    assert all(one["next_step"] for one in faults)
