import click
from click.testing import CliRunner

from nanoward.faces.cli.registered import Registered, RegisteredOrFile


def test_what_is_offered_is_read_when_it_is_asked_for() -> None:
    names: list[str] = []

    @click.command()
    @click.option("--of", type=Registered(lambda: names))
    @click.option("--by", type=RegisteredOrFile(lambda: names))
    @click.argument("what", type=RegisteredOrFile(lambda: names))
    def command(of: str, by: str, what: str) -> None:
        click.echo(f"{of} {by} {what}")

    names.append("lamp")
    run = CliRunner().invoke
    told = run(command, ["--help"]).stdout
    assert "--of [lamp]" in told
    assert "--by [lamp|FILE]" in told
    assert "{lamp|FILE}" in told
    assert run(command, ["--of", "door", "x"]).exit_code == 2
    names.append("door")
    assert run(command, ["--of", "door", "x.txt"]).stdout == "door None x.txt\n"
