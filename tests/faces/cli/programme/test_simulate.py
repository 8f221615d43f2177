import json
from pathlib import Path

from click.testing import CliRunner

from nanoward.faces.cli.programme.simulate import simulate

SMALL = ("--participants", "12", "--weeks", "12", "--quiet")


def test_it_says_where_the_programme_is_and_how_to_hold_a_round(tmp_path: Path) -> None:
    folder = tmp_path / "sim"
    answer = CliRunner().invoke(simulate, [str(folder), *SMALL])
    assert answer.exit_code == 0, answer.output
    assert f"nanoward round {folder}" in answer.output
    assert (folder / "programme.toml").is_file()
    assert (folder / "truth" / "links.csv").is_file()


def test_json_tells_the_numbers_and_the_day(tmp_path: Path) -> None:
    folder = tmp_path / "sim"
    answer = CliRunner().invoke(
        simulate,
        [
            str(folder),
            *SMALL,
            "--json",
            "--clean",
            "--no-transmission",
            "--as-of",
            "2027-01-31",
        ],
    )
    told = json.loads(answer.stdout)
    assert told["as_of"] == "2027-01-31"
    assert told["faults"] == told["links"] == told["transmissions"] == 0
    assert told["people"] == 12
    assert "as_of = 2027-01-31" in (folder / "programme.toml").read_text()
