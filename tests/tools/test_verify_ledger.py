import ast
from pathlib import Path

TOOL = Path(__file__).parents[2] / "tools" / "verify_ledger.py"
ALLOWED = {
    "argparse",
    "base64",
    "collections.abc",
    "cryptography.exceptions",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "dataclasses",
    "hashlib",
    "json",
    "re",
    "sys",
}


def test_the_offline_verifier_can_be_read_in_one_sitting() -> None:
    assert len(TOOL.read_text().splitlines()) <= 390  # canonical lines and proofs took 80


def test_the_offline_verifier_shares_no_code_with_the_package() -> None:
    found = set()
    for node in ast.walk(ast.parse(TOOL.read_text())):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        if isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    assert found <= ALLOWED
