"""The command line, one file per room; heavy libraries load only where they are needed."""

import os
import sys
from typing import NoReturn

import click

from nanoward import __version__
from nanoward.faces.cli.lazy import LazyGroup

COMMANDS = {
    "agents": "nanoward.faces.cli.agents:group",
    "audit": "nanoward.faces.cli.audit.partners:group",
    "backup": "nanoward.faces.cli.backup:backup",
    "bonds": "nanoward.faces.cli.bonds:group",
    "catalogue": "nanoward.faces.cli.catalogue.commands:group",
    "clearance": "nanoward.faces.cli.clearance.commands:group",
    "control": "nanoward.faces.cli.control.commands:group",
    "council": "nanoward.faces.cli.council:group",
    "exit": "nanoward.faces.cli.exit:exit_",
    "findings": "nanoward.faces.cli.programme.findings:group",
    "init": "nanoward.faces.cli.programme.commands:init",
    "ledger": "nanoward.faces.cli.audit.ledger:group",
    "lane": "nanoward.faces.cli.lane:lane",
    "message": "nanoward.faces.cli.messages.message:group",
    "rebuild": "nanoward.faces.cli.audit.rebuild:rebuild",
    "programme": "nanoward.faces.cli.programme.group:group",
    "restore": "nanoward.faces.cli.backup:restore",
    "report": "nanoward.faces.cli.programme.report:report",
    "round": "nanoward.faces.cli.programme.commands:round_",
    "serve": "nanoward.faces.cli.serve:serve",
    "simulate": "nanoward.faces.cli.programme.simulate:simulate",
    "site": "nanoward.faces.cli.messages.site:group",
    "tuning": "nanoward.faces.cli.tuning.commands:group",
    "verify": "nanoward.faces.cli.audit.verify:verify",
    "watch": "nanoward.faces.cli.watch.commands:group",
    "why": "nanoward.faces.cli.council:why",
    "witness": "nanoward.faces.cli.audit.witness:group",
}


@click.command(cls=LazyGroup, commands_at=COMMANDS)
@click.version_option(__version__, prog_name="nanoward")
def cli() -> None:
    """The weekly ward round for programmes with adaptive agents in people."""


def main() -> NoReturn:
    """Run one command; the verdict is the exit code (see base/errors.py)."""
    # products here are small: a second thread of BLAS only spins, and takes a core from others
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        code = cli.main(standalone_mode=False)
    except click.Abort:
        click.echo("stopped by you; what was finished is kept", err=True)
        sys.exit(130)
    except click.ClickException as fault:
        fault.show()
        sys.exit(fault.exit_code)
    except BrokenPipeError:  # whoever read has gone: nothing more can be told
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as fault:  # noqa: BLE001 - every fault ends with a code of its own
        from nanoward.faces.cli.faults import end_on

        sys.exit(end_on(fault))
    sys.exit(code if isinstance(code, int) else 0)
