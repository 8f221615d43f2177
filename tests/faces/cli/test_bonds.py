import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from nanoward.bonds import bond_rules
from nanoward.faces.cli.bonds import group, spec_options
from nanoward.flows.agents.check_agents import BadSpecFileError


def written(folder: Path) -> list[str]:
    rng = np.random.default_rng(1)
    fasta, samples = [], ["sample,participant,taken,season"]
    for k in range(7):
        letters = np.full(600, "A")
        letters[rng.choice(600, 20, replace=False)] = "G"
        text = fasta[0].split("\n")[1] if k == 1 else "".join(letters.tolist())
        fasta.append(f">s{k}|c\n{text}")
        samples.append(f"s{k},p{k},2026-01-01,A")
    (folder / "g.fasta").write_text("\n".join(fasta) + "\n")
    (folder / "s.csv").write_text("\n".join(samples) + "\n")
    (folder / "c.csv").write_text("a,b,kind\np0,p1,room\n")
    where = {name: str(folder / name) for name in ("g.fasta", "s.csv", "c.csv")}
    return [
        "find", where["g.fasta"], "--samples", where["s.csv"], "--contacts", where["c.csv"],
        "--strata", "season", "--quiet",
    ]  # fmt: skip


def test_the_closest_pair_is_told_first_with_what_cannot_be_told(tmp_path: Path) -> None:
    shown = CliRunner().invoke(group, written(tmp_path), standalone_mode=False)
    assert shown.return_value == 0
    lines = shown.stdout.splitlines()
    assert lines[0].startswith(
        "1 of 21 pairs linked (7 people, 1 strata; in 0 of 1 strata no link"
    )
    assert lines[2].split()[:3] == ["p0", "p1", "A"]
    assert any(line.startswith("cannot tell: all") for line in lines)


def test_json_holds_every_pair_and_every_open_question(tmp_path: Path) -> None:
    told = json.loads(CliRunner().invoke(group, [*written(tmp_path), "--json"]).stdout)
    assert len(told["bonds"]) == told["facts"]["pairs compared"] == 21
    assert {"findings", "undecided"} <= set(told)


def test_a_requirement_that_is_no_pair_is_refused(tmp_path: Path) -> None:
    shown = CliRunner().invoke(group, [*written(tmp_path), "--require", "quality"])
    assert shown.exit_code == 2
    assert "COLUMN=VALUE" in shown.output


def command(tmp_path: Path, name: str, *more: str) -> list[str]:
    return [name, *written(tmp_path)[1:], *more]


def test_contact_says_what_it_cannot_tell(tmp_path: Path) -> None:
    shown = CliRunner().invoke(group, command(tmp_path, "contact"), standalone_mode=False)
    assert shown.return_value == 0
    assert "pairs linked: 1" in shown.stdout
    assert "cannot tell: does contact explain the links? 1 links are too few" in shown.stdout


def test_the_network_is_written_in_the_format_that_was_asked_for(tmp_path: Path) -> None:
    signs = {"graphml": "<graphml", "microbetrace": "trace_results", "newick": "s0",
             "tn93": "ID1,ID2,Distance"}  # fmt: skip
    for kind, sign in signs.items():
        words = command(tmp_path, "network", "--format", kind)
        shown = CliRunner().invoke(group, words, standalone_mode=False)
        assert sign in shown.stdout
    words = command(tmp_path, "network", "--format", "auspice", "--as-of", "2026-01-01")
    shown = CliRunner().invoke(group, words, standalone_mode=False)
    assert json.loads(shown.stdout)["meta"]["updated"] == "2026-01-01"


@pytest.mark.hazard("H-273")
def test_a_network_without_a_link_holds_everybody(tmp_path: Path) -> None:
    words = command(tmp_path, "network", "--format", "microbetrace", "--alpha", "1e-12")
    shown = CliRunner().invoke(group, words, standalone_mode=False)
    told = json.loads(shown.stdout)["trace_results"]
    assert told["Network Summary"] == {"Nodes": 7, "Edges": 0, "Clusters": 0}
    assert told["Nodes"][0]["patient_attributes"]["season"] == "A"


@pytest.mark.hazard("H-273")
def test_the_page_is_written_where_a_file_has_a_finding(tmp_path: Path) -> None:
    line = [*written(tmp_path), "--html", str(tmp_path / "b.html")]
    (tmp_path / "c.csv").write_text("who,whom,kind\np0,p1,room\n")
    assert CliRunner().invoke(group, line, standalone_mode=False).return_value == 1
    assert "FMT-020" in (tmp_path / "b.html").read_text()


def test_direction_tells_of_every_two_people(tmp_path: Path) -> None:
    clones = {"p|1": "AAAA", "p|2": "GAAA", "p|3": "AGAA", "q|1": "GAAA", "q|2": "GAAA"}
    text = "".join(f">{name}\n{letters * 60}\n" for name, letters in clones.items())
    (tmp_path / "clones.fasta").write_text(text)
    words = ["direction", str(tmp_path / "clones.fasta"), "--json", "--quiet"]
    told = json.loads(CliRunner().invoke(group, words).stdout)
    assert [row["direction"] for row in told["directions"]] == ["a to b"]


def test_before_after_says_what_it_cannot_tell(tmp_path: Path) -> None:
    words = command(tmp_path, "before-after")
    shown = CliRunner().invoke(group, words, standalone_mode=False)
    assert shown.return_value == 0
    question = "cannot tell: did the bond come before the agent?"
    assert shown.stdout.strip() == f"{question} no contact has a day"


def test_before_after_tells_who_was_close_before_the_agent(tmp_path: Path) -> None:
    """Three homes of two who share the agent; six people without it; diaries of eight weeks."""
    rng = np.random.default_rng(4)
    fasta, samples = [], ["sample,participant,taken,site,dosed"]
    for k in range(30):
        letters = np.full(1500, "A")
        letters[rng.choice(1500, 20, replace=False)] = "G"
        text = fasta[-1].split("\n")[1] if k < 6 and k % 2 else "".join(letters.tolist())
        fasta.append(f">s{k}|c\n{text}")
        dosed = "2026-01-29" if k < 18 else ""
        samples.append(f"s{k},p{k:02d},2026-02-20,S{k // 2},{dosed}")
    contacts = ["a,b,kind,first,last,hours"]
    for k in range(0, 30, 2):
        hours = 60 if k < 6 else 4
        for first, last in (("2026-01-01", "2026-01-28"), ("2026-01-29", "2026-02-25")):
            contacts.append(f"p{k:02d},p{k + 1:02d},room,{first},{last},{hours}")
    for name, rows in (("g.fasta", fasta), ("s.csv", samples), ("c.csv", contacts)):
        (tmp_path / name).write_text("\n".join(rows) + "\n")
    where = [str(tmp_path / name) for name in ("g.fasta", "s.csv", "c.csv")]
    words = ["before-after", where[0], "--samples", where[1], "--contacts", where[2], "--json",
             "--quiet"]  # fmt: skip
    told = json.loads(CliRunner().invoke(group, words).stdout)
    assert told["facts"]["pairs linked"] == 3
    assert told["facts"]["did the bond come before the agent?"] == "before"
    assert "3 and" in told["facts"]["rise beyond theirs"]


def test_the_strict_rule_and_a_window_are_taken_from_the_command_line(tmp_path: Path) -> None:
    words = [*written(tmp_path), "--strict", "--window", "28", "--json"]
    strict = json.loads(CliRunner().invoke(group, words).stdout)
    usual = json.loads(CliRunner().invoke(group, [*written(tmp_path), "--json"]).stdout)
    assert strict["bonds"][0]["q_value"] > usual["bonds"][0]["q_value"]


def test_all_tables_are_written_groups_of_people_too(tmp_path: Path) -> None:
    line = [*written(tmp_path), "--out", str(tmp_path / "out")]
    assert CliRunner().invoke(group, line, standalone_mode=False).return_value == 0
    names = ("bonds", "bond_groups", "profiles", "factors")
    assert {one.name for one in (tmp_path / "out").iterdir()} == {f"{x}.csv" for x in names}
    assert "p0; p1" in (tmp_path / "out" / "bond_groups.csv").read_text()


def test_a_page_is_written_from_plain_files_coloured_by_any_column(tmp_path: Path) -> None:
    page = tmp_path / "b.html"
    line = [*written(tmp_path), "--html", str(page)]
    assert CliRunner().invoke(group, line, standalone_mode=False).return_value == 0
    text = page.read_text()
    assert '<section id="timeline">' in text
    assert 'id="pair-p0-p1-A"' in text


def test_interval_and_clock_come_from_the_agents_spec(tmp_path: Path) -> None:
    spec = tmp_path / "spec.toml"
    spec.write_text(
        'name = "x"\ntitle = "x"\nversion = "1.0.0"\nkind = "virus"\nexpires = 2099-01-01\n'
        '[[transmission]]\nsetting = "household"\nsource = "x"\nserial_interval_d = 3.6\n'
    )
    options = spec_options(spec)
    assert bond_rules({}, options).serial_interval == (3.6, 1.8)
    assert bond_rules({"serial_interval_d": 5.0}, options).serial_interval == (5.0, 2.5)
    spec.write_text("[[transmission]]\nsetting = 3\n")
    with pytest.raises(BadSpecFileError):
        spec_options(spec)


def test_of_more_pairs_than_are_kept_the_near_ones_are_rows_and_trees_have_them_all(
    tmp_path: Path,
) -> None:
    words = ("--keep-pairs", "0", "--json")
    told = json.loads(CliRunner().invoke(group, [*written(tmp_path), *words]).stdout)
    assert told["facts"]["pairs compared"] == 21
    assert len(told["bonds"]) == 21  # the fifty nearest, of fewer
    rows = command(tmp_path, "network", "--format", "tn93", "--keep-pairs", "0")
    shown = CliRunner().invoke(group, rows, standalone_mode=False)
    assert len(shown.stdout.split()) == 1 + 21
