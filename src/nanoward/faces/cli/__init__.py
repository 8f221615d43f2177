"""The command line, one file per room; heavy libraries load only where they are needed."""

import os
import sys
from typing import NoReturn

import click

from nanoward import __version__
from nanoward.faces.cli.lazy import LazyGroup

COMMANDS = {
    "access": "nanoward.faces.cli.access:group",
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
    "kinds": "nanoward.faces.cli.kinds:kinds",
    "ledger": "nanoward.faces.cli.audit.ledger:group",
    "lane": "nanoward.faces.cli.lane:lane",
    "message": "nanoward.faces.cli.messages.message:group",
    "rebuild": "nanoward.faces.cli.audit.rebuild:rebuild",
    "programme": "nanoward.faces.cli.programme.group:group",
    "restore": "nanoward.faces.cli.backup:restore",
    "report": "nanoward.faces.cli.programme.report:report",
    "round": "nanoward.faces.cli.programme.commands:round_",
    "schema": "nanoward.faces.cli.programme.schema:schema",
    "serve": "nanoward.faces.cli.serve:serve",
    "simulate": "nanoward.faces.cli.programme.simulate:simulate",
    "site": "nanoward.faces.cli.messages.site:group",
    "tuning": "nanoward.faces.cli.tuning.commands:group",
    "verify": "nanoward.faces.cli.audit.verify:verify",
    "watch": "nanoward.faces.cli.watch.commands:group",
    "why": "nanoward.faces.cli.council:why",
    "witness": "nanoward.faces.cli.audit.witness:group",
}

SUMMARIES = {  # what `nanoward --help` says of each, so that it loads none of them
    "agents": "What is this product, and is this lot really built to it?",
    "audit": "Partners: what they claim, what is measured again, and what we could not have "
    "seen.",
    "bonds": "Who shares factors beyond chance?",
    "catalogue": "What was found in a sample, and how far has it adapted to its host?",
    "clearance": "May this person start, stay, or must they leave now?",
    "control": "Orders to agents, stops, kill codes, and whether they worked.",
    "council": "The council: packs that reveal no arm, secret positions, pauses on one word, "
    "actions.",
    "exit": "Work the way out of PROGRAMME until stopped (Ctrl-C or SIGTERM).",
    "findings": "Findings across rounds: list them, answer, accept until a day, "
    "give to a role.",
    "init": "Lay out a new programme in FOLDER.",
    "kinds": "Tell which drivers, notifiers, formats, tables, questionnaires and "
    "families there are.",
    "lane": "Work the kill lane of PROGRAMME until stopped (Ctrl-C or SIGTERM).",
    "ledger": "The record of a programme, and proof of it for people who trust nobody.",
    "message": "Messages: every notice arrives, is answered, or goes on to the next role.",
    "programme": "Visits, capacity and lodging; agreements and pay; pregnancies, "
    "exposed people.",
    "rebuild": "Make what is kept per person in PROGRAMME again from its records.",
    "report": "Write a page for each of PARTICIPANTS from the last round of PROGRAMME.",
    "round": "Hold the weekly ward round of PROGRAMME and write its report.",
    "schema": "Print the JSON schema of programme.toml, or read every section of PROGRAMME's.",
    "simulate": "Write a simulated programme into FOLDER, with its truth in FOLDER/truth.",
    "site": "Sites that work without the centre, and the sealed files between them.",
    "tuning": "Which setting keeps the benefit without the side effect, for this person?",
    "verify": "Prove that the record of PROGRAMME is whole: ledgers, blobs and reports.",
    "watch": "Continuous scan of counts, with alarms that keep their promise, and incidents.",
    "why": "Why NUMBER is what it is: inputs, grades, code, ledger proof.",
    "witness": "Partners and the council keep the last checkpoint, and cosign only what "
    "continues it.",
}


@click.command(cls=LazyGroup, commands_at=COMMANDS, summaries=SUMMARIES)
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
