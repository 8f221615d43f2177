"""nanoward audit compare, verdicts, gaps, answer: what was found, and what is said to it."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from nanoward.base.errors import UsageError
from nanoward.faces.cli.options import common, print_findings, print_result, text_table

_FOLDER = click.Path(exists=True, file_okay=False)
_NEW = click.Path(path_type=Path)
_SHOWN = ("type", "verdict", "audited", "differing", "missing", "after_reveal", "evidence",
          "seen_from", "told")  # fmt: skip
_LISTED = ("partner", "type", "claims", "audited", "differing", "verdict", "appeal", "told")


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("name", metavar="PLAN")
@click.option("--dry-run", is_flag=True, help="Write nothing on the ledger.")
@common
def compare(programme: str, name: str, *, dry_run: bool, **options: Any) -> int:
    """Hold the drawn claims of PLAN (PARTNER/PERIOD) against our measurements, and judge.

    Exit code 0: no pattern or contradiction; 1: there is one, a nonce was withheld, or claims
    came after the reveal.
    """
    from nanoward.flows.audit.judge_partner import compare_partner
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=options["quiet"]) as ports:
        judged = compare_partner(ports, name, record=not dry_run)
    rows = [
        {"type": one.type, "verdict": one.verdict, "audited": one.audited,
         "differing": one.differing, "missing": one.missing, "expected": one.expected,
         "after_reveal": one.after_reveal,
         "evidence": one.e_value,
         "threshold": one.threshold, "direction": one.direction,
         "seen_from": one.seen_from if one.seen_from > 0 else None, "told": one.told}
        for one in judged.verdicts
    ]  # fmt: skip
    items = [
        {"type": kind, "item": one.item, "differs": one.differs, "told": one.told}
        for kind, record in judged.records.items()
        for one in record.compared
    ]
    fits = {name: asdict(one) for name, one in judged.fits.items()}
    told = {"plan": name, "verdicts": rows, "items": items, "lines": fits}
    told["findings"] = [one.as_row() for one in judged.findings]
    lines = [
        f"{name}: claimed = {one.intercept:.3g} + {one.slope:.3g} measured "
        f"(slope {one.slope_low:.2g} to {one.slope_high:.2g}, {one.items} items)"
        for name, one in judged.fits.items()
    ]
    text = "\n".join([text_table(rows, _SHOWN), *lines])
    print_result(told, text, as_json=options["as_json"])
    return print_findings(judged.findings, quiet=options["quiet"])


@click.command()
@click.argument("programme", type=_FOLDER)
@click.option("--proof", type=_NEW, help="Folder for a proof of each contradiction.")
@common
def verdicts(programme: str, proof: Path | None, **options: Any) -> int:
    """List how every partner stands, with answers and appeals; write proofs of contradictions.

    Exit code 1: a pattern or contradiction stands.
    """
    from nanoward.flows.audit.audit_round import partner_rows
    from nanoward.flows.audit.claim_book import read_book
    from nanoward.flows.audit.judge_partner import contradiction_proofs
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=options["quiet"]) as ports:
        book = read_book(ports)
    rows, proofs = partner_rows(book), contradiction_proofs(book)
    if proof is not None:
        proof.mkdir(parents=True, exist_ok=True)
        for file, text in proofs.items():
            (proof / file).write_text(text, encoding="utf-8")
    text = text_table(rows, _LISTED) if rows else "no claims"
    if proofs:
        text += (
            f"\n{len(proofs)} contradictions: two signed statements that cannot both be true"
        )
        text += "" if proof is None else f" ({proof}; python tools/check_contradiction.py FILE)"
    told = {"partners": rows, "contradictions": sorted(proofs)}
    print_result(told, text, as_json=options["as_json"])
    severe = any(row["verdict"] in ("pattern", "contradiction") for row in rows)
    return 1 if severe or proofs else 0


@click.command()
@click.argument("programme", type=_FOLDER)
@common
def gaps(programme: str, **options: Any) -> int:
    """List what specs, plans and agreements promise and nobody has shown. Exit code 1: some."""
    from nanoward.flows.audit.check_gaps import check_gaps
    from nanoward.wiring import open_lane_beside, open_ports
    from nanoward.wiring.audit import witness_count

    with (
        open_ports(programme, quiet=options["quiet"]) as ports,
        open_lane_beside(programme) as lane,
    ):
        found = check_gaps(ports, lane=lane, witnesses=witness_count(programme))
    lines = [f"{one.code}  {one.message}\n    {one.next_step}" for one in found]
    text = "\n".join(lines) or "all that is asked here was shown"
    print_result({"gaps": [one.as_row() for one in found]}, text, as_json=options["as_json"])
    return 1 if found else 0


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("judgement")
@click.option("--by", required=True, help="Who speaks.")
@click.option("--text", default="", help="What they say; or the reason of an appeal.")
@click.option("--referee", default="", help="Who should measure it once more.")
@click.option("--appeal", is_flag=True, help="Appeal against it; once.")
@click.option("--decide", type=click.Choice(["upheld", "overturned", "cannot tell"]),
              help="Decide the appeal; not whoever made it, nor the partner.")  # fmt: skip
@common
def answer(programme: str, judgement: str, **options: Any) -> None:
    """Answer JUDGEMENT (PARTNER/PERIOD/TYPE), appeal against it once, or decide the appeal."""
    from nanoward.flows.audit import answer_judgement as flow
    from nanoward.wiring import open_ports

    by, text = options["by"], options["text"].strip()
    if not text:
        raise UsageError("say why: --text")
    with open_ports(programme, quiet=options["quiet"]) as ports:
        if options["decide"]:
            flow.decide_appeal(ports, judgement, by=by, outcome=options["decide"], reason=text)
            done = f"appeal {options['decide']}"
        elif options["appeal"]:
            flow.appeal_judgement(ports, judgement, by=by, reason=text)
            done = "appealed"
        else:
            flow.answer_judgement(
                ports, judgement, by=by, words=text, referee=options["referee"]
            )
            done = "answered"
    told = {"judgement": judgement, "done": done, "by": by}
    print_result(told, f"{judgement}: {done} by {by}", as_json=options["as_json"])
