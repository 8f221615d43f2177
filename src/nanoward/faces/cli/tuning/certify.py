"""nanoward tuning certify and permitted: what a person may set alone, and until when."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nanoward.base.errors import UsageError
from nanoward.faces.cli.options import (
    Day,
    columns,
    common,
    print_findings,
    print_result,
    text_table,
    told_columns,
)
from nanoward.faces.cli.tuning.fit import question_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nanoward.flows.tuning.recommend_settings import Signed
    from nanoward.tuning.dosing.self_adjustment_certificate import CertificateHolder

adjustments = click.option(
    "--adjustments",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="A CSV of settings that people moved or preferred themselves.",
)


standings_option = click.option(
    "--standings",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="A round's table of standings (Parquet or CSV): only the cleared may set alone.",
)


@click.command()
@click.argument("events", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--model", required=True, help="A TOML file with [tuning.model], [tuning.goal].")
@click.option("--keys", required=True, type=click.Path(path_type=Path), help="Folder of keys.")
@click.option("--ended", required=True, type=Day(), help="Day of the table's last record.")
@click.option("--until", required=True, type=Day(), help="Last day that may be certified.")
@click.option("--oldest", type=int, help="Days after which data tell nothing; else the plan's.")
@standings_option
@adjustments
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@columns("events", "adjustments")
@common
def certify(events: Path, model: str, **given: Any) -> int:
    """Sign which settings each person may use alone, and until when (as of --as-of).

    Beside the certificates stands key.txt, the public key that they verify with:
    tools/read_certificate.py does so without nanoward and without a network.
    """
    from nanoward.flows.tuning.recommend_settings import (
        SigningDates,
        certified_question,
        certify_settings,
        oldest_data,
        recommend_settings,
    )
    from nanoward.wiring.ledgers import open_signer

    issued = given["as_of"] or given["ended"]
    days = SigningDates(issued=issued, ended=given["ended"], latest=given["until"])
    ports, file, question = asked(events, model, given)
    oldest = oldest_data(question, given["oldest"])
    question = certified_question(question, oldest)
    found = recommend_settings(ports, file, question, given["seed"], moves(given))
    standings = _standings_of(given["standings"])
    signer = open_signer(str(given["keys"]))
    signed = certify_settings(found, signer, days, oldest, standings)
    rows = _written(given["out"], signer.key, signed)
    known = {row["participant"] for row in rows}
    for one in found.people:
        if one.history.name not in known:
            standing = (standings or {}).get(one.history.name, "not known to clearance")
            why = one.reason or f"standing is {standing}: nothing may be set alone"
            rows.append({"participant": one.history.name, "settings": 0, "reason": why})
    columns = ("participant", "settings", "lowest", "highest", "until", "file", "reason")
    print_result({"certificates": rows}, text_table(rows, columns), as_json=given["as_json"])
    told = print_findings(found.findings, quiet=given["quiet"])
    return told or int(not all(row["settings"] for row in rows))


def _written(out: Path, key: object, signed: "Sequence[Signed]") -> list[dict[str, Any]]:
    """One file and one signature for each person, named by them; what each permits."""
    from nanoward.flows.tuning.recommend_settings import certificate_name

    out.mkdir(parents=True, exist_ok=True)
    (out / "key.txt").write_text(f"{key}\n", encoding="utf-8")
    rows: list[dict[str, Any]] = []
    for one in signed:
        name = certificate_name(one.certificate.participant)
        (out / f"{name}.json").write_bytes(one.content)
        (out / f"{name}.sig").write_bytes(one.signature)
        allowed = one.certificate.allowed
        rows.append(
            {
                "participant": one.certificate.participant,
                "file": f"{name}.json",
                "settings": len(allowed),
                "lowest": min((each.setting for each in allowed), default=None),
                "highest": max((each.setting for each in allowed), default=None),
                "until": str(max((each.until for each in allowed), default="-")),
                "reason": "" if allowed else "no setting may be certified",
            }
        )
    return rows


@click.command()
@click.argument("certificate", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", required=True, help="The public key: key.txt, or its text.")
@click.option("--setting", type=float, default=None, help="May this one be used alone?")
@click.option("--participant", default="", help="Who wants to use it: must be its person.")
@click.option("--model", default="", help="The model of today: must be the certificate's.")
@standings_option
@common
def permitted(certificate: Path, key: str, setting: float | None, **given: Any) -> int:
    """What a certificate permits on a day (--as-of; today unless told), without a network.

    Exit code 4 where the setting may not be used alone.
    """
    from nanoward.flows.tuning.use_certificate import permitted_settings
    from nanoward.wiring import open_bench

    at = certificate.with_suffix(".sig")
    told = Path(key).read_text(encoding="utf-8") if Path(key).is_file() else key
    signature = at.read_bytes() if at.exists() else b""
    day = given["as_of"] or open_bench(quiet=True).clock.now().date()
    content = certificate.read_bytes()
    holder = _holder(content, given)
    rows = permitted_settings(content, signature, told, day, setting, holder)
    print_result({"permitted": rows}, text_table(rows, rows[0]) if rows else "none",
                 as_json=given["as_json"])  # fmt: skip
    return 0


def _standings_of(path: Path | None) -> dict[str, str] | None:
    """Standing by participant, of a round's table (Parquet or CSV)."""
    if path is None:
        return None
    import polars as pl

    read = pl.read_parquet if path.suffix == ".parquet" else pl.read_csv
    table = read(path)
    if missing := {"participant", "standing"} - set(table.columns):
        raise UsageError(f"{path} has no column {sorted(missing)[0]!r}")
    rows = table.select(pl.col("participant", "standing").cast(pl.String)).iter_rows()
    return {str(name): str(standing) for name, standing in rows}


def _holder(content: bytes, given: "Mapping[str, Any]") -> "CertificateHolder":
    """What today says of the certificate's person and model, as far as it was told."""
    import json

    from nanoward.tuning.dosing.self_adjustment_certificate import CertificateHolder

    standings, standing = _standings_of(given["standings"]), ""
    if standings is not None:
        try:
            name = str(json.loads(content)["participant"])
        except (ValueError, KeyError, TypeError):
            name = ""  # the signature is checked next, and refuses
        standing = standings.get(name, "not known to clearance")
    model = question_at(given["model"]).model.sha256 if given["model"] else ""
    return CertificateHolder(
        participant=given["participant"], model_sha256=model, standing=standing
    )


def asked(events: Path, model: str, given: "Mapping[str, Any]") -> Any:
    """Ports, file and question of a command on plain files."""
    from nanoward.flows.tuning.fit_people import EventFile
    from nanoward.wiring import open_bench

    file = EventFile(path=str(events), content=events.read_bytes())
    return open_bench(quiet=given["quiet"], columns=told_columns()), file, question_at(model)


def moves(given: "Mapping[str, Any]") -> Any:
    """The file of --adjustments; None without."""
    from nanoward.flows.tuning.fit_people import EventFile

    path = given["adjustments"]
    return None if path is None else EventFile(path=str(path), content=path.read_bytes())
