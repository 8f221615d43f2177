"""A programme with a partner that claims, made as a user would, by typed commands."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from nanoward.faces.cli import cli

TYPES = """
[audit.types.iron]
kind = "continuous"
unit = "mg/L"
sd = 1.0
benefit = "low"
cost = 80.0

[audit.types.tube]
kind = "identity"
mistakes = 0.002
"""


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, [*words, "--quiet"], standalone_mode=False)


def made(folder: Path) -> Path:
    """A programme with the partner north, whose key is folder/north.key."""
    keys = {}
    for name in ("north", "south"):
        told = CliRunner().invoke(cli, ["agents", "key", str(folder / f"{name}.key")])
        keys[name] = told.stdout.strip()
    place = folder / "w"
    place.mkdir()
    partners = "".join(f'{name} = "{key}"\n' for name, key in keys.items())
    (place / "programme.toml").write_text(
        f'name = "w"\ntitle = "W"\n[audit.partners]\n{partners}{TYPES}'
    )
    (folder / "claims.toml").write_text(
        'programme = "w"\npartner = "north"\ntype = "iron"\nkind = "continuous"\n'
        'method = "ICP-MS"\nunit = "mg/L"\nperiod = "2026"\n[columns]\nitem = "sample"\n'
        'value = ["a", "b"]\n'
    )
    return place


def table(folder: Path, name: str, rows: dict[str, tuple[float, ...]]) -> Path:
    file = folder / name
    lines = ["sample,a,b", *(f"{item},{row[0]},{row[1]}" for item, row in rows.items())]
    file.write_text("\n".join(lines) + "\n")
    return file


def signed(folder: Path, rows: dict[str, tuple[float, ...]], out: str = "claims.jsonl") -> Path:
    """Rows signed by the partner's own command."""
    source = table(folder, f"{out}.csv", rows)
    told = typed(
        "audit", "claim", str(source), "--map", str(folder / "claims.toml"),
        "--key", str(folder / "north.key"), "--out", str(folder / out),
    )  # fmt: skip
    assert told.return_value == 0, told.output
    return folder / out


def drawn(folder: Path, place: Path, items: int = 20) -> list[dict[str, str]]:
    """Registered, bound, fixed and drawn."""
    told = typed("audit", "plan", str(place), "north", "--period", "2026", "--register",
                 "--items", str(items))  # fmt: skip
    assert told.exception is None, told.exception
    plan = ("audit", "plan", str(place), "north", "--period", "2026")
    for side in ("own", "north"):
        nonce = str(folder / f"{side}.nonce")
        assert typed(*plan, "--bind", side, "--nonce", nonce).exception is None
    assert typed(*plan, "--checkpoint").exception is None
    shown = [f"--nonce=own={folder / 'own.nonce'}", f"--nonce=north={folder / 'north.nonce'}"]
    told = typed(*plan, "--draw", *shown, "--json")
    assert told.exception is None, told.exception
    items_: list[dict[str, str]] = json.loads(told.stdout)["items"]
    return items_


def measured(folder: Path, rows: dict[str, tuple[float, ...]], name: str = "ours.csv") -> Path:
    file = folder / name
    lines = ["type,item,period,value"]
    lines += [f"iron,{item},2026,{row[0]};{row[1]}" for item, row in rows.items()]
    file.write_text("\n".join(lines) + "\n")
    return file
