import json

from click.testing import CliRunner

from nanoward.faces.cli import cli


def test_it_tells_what_may_be_named_of_one_kind_or_of_all() -> None:
    run = CliRunner().invoke
    every = json.loads(run(cli, ["kinds", "--json"]).stdout)["kinds"]
    drivers = json.loads(run(cli, ["kinds", "driver", "--json"]).stdout)["kinds"]
    assert [one for one in every if one["kind"] == "driver"] == drivers
    assert {one["name"] for one in drivers} >= {"file-drop", "http", "sdc", "simulated"}
    assert "as strict early as late" in run(cli, ["kinds", "stopping family"]).stdout
    assert run(cli, ["kinds", "spoon"]).exit_code == 2
