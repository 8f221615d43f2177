"""The offline verifier, loaded from its file as a council member would run it."""

import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from nanoward.adapters.progress import SilentProgress
from nanoward.flows.ledger.export_ledger import export_ledger
from nanoward.ports.ledger import ProvenLedger

TOOL = Path(__file__).parents[2] / "tools" / "verify_ledger.py"


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_ledger", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["verify_ledger"] = module
    spec.loader.exec_module(module)
    return module


TOLD = loaded()


def exported(ledger: ProvenLedger) -> list[str]:
    return list(export_ledger(ledger, ledger.checkpoint(), SilentProgress()))


def is_whole(lines: Iterable[str], *kept: str) -> bool:
    """What the tool says of an export and the texts that somebody kept."""
    held = []
    for text in kept:
        if text.startswith("c2sp.org/tlog-proof@v1"):
            head, note = text.split("\n\n", 1)
            rest = head.split("\n")
            proof = [TOLD.base64.b64decode(line) for line in rest[2:]]
            index = int(rest[1].removeprefix("index "))
            held.append(TOLD.Receipt(index, proof, TOLD.read_checkpoint(note, "kept")))
        else:
            held.append(TOLD.read_checkpoint(text, "kept"))
    try:
        list(TOLD.verify(lines, held, "", []))
    except (TOLD.DoesNotVerify, TOLD.CannotRead):
        return False
    return True
