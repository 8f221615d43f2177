"""nanoward site: sites that are cut off, and the files that couriers carry between them."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.messages.rows import SITES, site_row
from nanoward.faces.cli.options import common, print_findings, print_result, text_table

_FOLDER = click.Path(exists=True, file_okay=False)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(name="site")
def group() -> None:
    """Sites that work without the centre, and the sealed files between them."""


@group.command(name="open")
@click.argument("programme", type=_FOLDER)
@click.argument("site")
@click.argument("folder", type=click.Path(file_okay=False))
@common
def open_(
    programme: str, site: str, folder: str, *, as_json: bool, quiet: bool, **_: Any
) -> None:
    """Open SITE of PROGRAMME in FOLDER: its own ledger, keys and part of the plan.

    Carry FOLDER to the site by hand: it holds the site's keys. From then on files go both ways
    with nanoward site export and import.
    """
    from nanoward.flows.messages.open_site import check_site, know_site, site_plan
    from nanoward.wiring import open_folder
    from nanoward.wiring.messages import free_folder, open_messages, shared_plan_files

    with open_messages(programme, quiet=quiet, keys=True) as centre:
        check_site(centre, site)
        free_folder(folder)
        open_folder(programme).plan()
        text = (Path(programme) / "programme.toml").read_text(encoding="utf-8")
        files = shared_plan_files(programme, folder, site_plan(text, site))
        with open_messages(folder, quiet=quiet, keys=True) as away:
            assert centre.keys is not None
            assert away.keys is not None
            know_site(away, centre.rules.site, centre.keys)
            know_site(centre, site, away.keys)
    told = {"site": site, "folder": folder, "files": list(files)}
    print_result(told, f"site {site} is open in {folder}: {', '.join(files)}", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.option("--to", multiple=True, help="Sites; every one that was opened where not given.")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path),
              help="Folder for the courier.")  # fmt: skip
@click.option("--bpv7", is_flag=True, help="Within bundles of the Bundle Protocol (RFC 9171).")
@common
def export(
    programme: str, *, to: tuple[str, ...], out: Path, bpv7: bool, as_json: bool, quiet: bool,
    **_: Any,
) -> None:  # fmt: skip
    """Write one sealed file for each site: all that it has given no receipt for.

    A file tells a carrier nothing: its name is random, its size a multiple of 256 bytes. Send
    the next one whenever somebody goes there, whether or not the last one came.
    """
    from nanoward.flows.messages.exchange_bundles import export_bundle
    from nanoward.flows.messages.message_book import MessageBook
    from nanoward.wiring.messages import open_messages, put_file, wrapped

    with open_messages(programme, quiet=quiet) as desk:
        known = MessageBook(desk.rules.site).refresh(desk.ports.ledger).sites()

        def put(name: str, content: bytes) -> None:
            put_file(out, name, wrapped(content, name) if bpv7 else content)

        made = [export_bundle(desk, one, put=put) for one in to or sorted(known)]
    rows = [asdict(one) for one in made]
    columns = ("destination", "name", "number", "messages", "size")
    text = text_table(rows, columns) if rows else "no other site was opened"
    print_result({"files": rows, "folder": str(out)}, text, as_json=as_json)


@group.command(name="import")
@click.argument("programme", type=_FOLDER)
@click.argument("files", nargs=-1, required=True, type=_FILE)
@common
def import_(
    programme: str, files: tuple[Path, ...], *, as_json: bool, quiet: bool, **_: Any
) -> None:
    """Take FILES that came from other sites, each whole or not at all, and act on them.

    Withdrawals and stops in them close gates here at once. Exit code 5 where a file was
    refused (it is kept in .nanoward/refused), 1 where a site went back, 6 where a stop is owed.
    """
    from nanoward.faces.way_out import carry_owed
    from nanoward.flows.messages.exchange_bundles import import_file
    from nanoward.flows.messages.message_book import MessageBook
    from nanoward.flows.messages.run_tick import run_tick
    from nanoward.wiring.messages import open_messages

    with open_messages(programme, quiet=quiet) as desk:
        taken = [import_file(desk, one.read_bytes()) for one in files]
        run_tick(desk, MessageBook(desk.rules.site))  # what is urgent is told at once
    owed = []
    if any(one.closed for one in taken):
        owed = [one["notice"] for one in carry_owed(programme) if one["owed"]]
    rows = [
        asdict(one) | {"name": file.name, "closed": list(one.closed)}
        for one, file in zip(taken, files, strict=True)
    ]
    lines = [_import_line(one) for one in rows]
    lines += [f"NOT carried out yet: notice {one}" for one in owed]
    print_result({"files": rows, "owed": owed}, "\n".join(lines), as_json=as_json)
    if any(one.reason for one in taken):
        raise SystemExit(5)
    if owed:
        raise SystemExit(6)
    raise SystemExit(1 if any(one.rollbacks for one in taken) else 0)


def _import_line(row: dict[str, Any]) -> str:
    if row["reason"]:
        return f"{row['name']}: REFUSED, kept: {row['reason']}"
    if row["repeated"]:
        return f"{row['name']}: read before"
    line = f"{row['name']}: from {row['source']}, {row['fresh']} new"
    line += f", {row['late']} too late" if row["late"] else ""
    line += f"; gates closed: {', '.join(row['closed'])}" if row["closed"] else ""
    return line + "".join(f"\n  {one}" for one in row["rollbacks"])


@group.command()
@click.argument("programme", type=_FOLDER)
@common
def status(programme: str, *, as_json: bool, quiet: bool, **_: Any) -> None:
    """Show every site: last seen, messages without a receipt, gaps, what was done elsewhere.

    Exit code 1 where something is to be looked at.
    """
    from nanoward.flows.messages.message_board import message_board
    from nanoward.wiring.messages import open_messages

    with open_messages(programme, quiet=quiet) as desk:
        seen = message_board(desk.ports.ledger, desk.rules, desk.ports.clock.now())
        here = desk.rules.site
    rows = [site_row(one) for one in seen.sites]
    acts = [
        {"site": one.site, "participant": one.participant, "what": one.what, "at": one.at}
        for one in seen.acts
    ]
    lines = [f"this is {here}", text_table(rows, SITES) if rows else "no other site was opened"]
    if acts:
        lines += ["done elsewhere:", text_table(acts, ("site", "participant", "what", "at"))]
    findings = [one for one in seen.findings if one.code >= "MSG-004"]
    told = {"site": here, "sites": rows, "acts": acts}
    told["findings"] = [one.as_row() for one in findings]
    print_result(told, "\n".join(lines), as_json=as_json)
    raise SystemExit(print_findings(findings, quiet=quiet or as_json))


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("file", type=_FILE)
@click.argument("sealed", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--to", required=True, help="Site that can open it.")
@common
def seal(
    programme: str, file: Path, sealed: Path, *, to: str, as_json: bool, quiet: bool, **_: Any
) -> None:
    """Seal FILE for a site as SEALED, so that it may go with a message."""
    from nanoward.flows.messages.seal_file import seal_file
    from nanoward.wiring.messages import open_messages, put_file

    with open_messages(programme, quiet=quiet) as desk:
        content = seal_file(desk, file.read_bytes(), to=to)
    put_file(sealed.parent, sealed.name, content)
    told = {"file": str(sealed), "size": len(content)}
    print_result(told, f"{sealed} can be opened at {to} alone", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("sealed", type=_FILE)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@common
def unseal(
    programme: str, sealed: Path, file: Path, *, as_json: bool, quiet: bool, **_: Any
) -> None:
    """Open SEALED, which another site sealed for this one, as FILE."""
    from nanoward.flows.messages.seal_file import unseal_file
    from nanoward.wiring.messages import open_messages, put_file

    with open_messages(programme, quiet=quiet) as desk:
        source, content = unseal_file(desk, sealed.read_bytes())
    put_file(file.parent, file.name, content)
    told = {"file": str(file), "size": len(content), "from": source}
    print_result(told, f"{file}: sealed by {source}", as_json=as_json)
