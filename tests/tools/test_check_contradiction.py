"""The small checker of contradictions: what it proves, and that nothing forged passes it."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.tools.contradiction_forgeries import WAYS, forgeries, true_proof

PATH = Path(__file__).parents[2] / "tools" / "check_contradiction.py"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw().hex()


@pytest.fixture(scope="module")
def checker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_contradiction", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_true_proof_names_both_statements(checker: ModuleType) -> None:
    first, second = checker.contradiction(true_proof(KEY), PUBLIC)
    assert (first["value"], second["value"]) == (1, 2)


@pytest.mark.hazard("H-369")
def test_no_forged_proof_is_accepted(checker: ModuleType) -> None:
    proof = json.loads(true_proof(KEY))
    accepted = []
    for name, text in forgeries(proof, 40 * len(WAYS), np.random.default_rng(1)):
        try:
            checker.contradiction(text, PUBLIC)
        except checker.NotProven:
            continue
        accepted.append(name)
    assert accepted == []


def test_it_is_short_and_needs_the_standard_library_and_cryptography_alone() -> None:
    text = PATH.read_text()
    assert len(text.splitlines()) < 200
    imports = {
        line.split()[1].split(".")[0]
        for line in text.splitlines()
        if line.startswith(("import ", "from "))
    }
    assert imports == {"base64", "json", "re", "sys", "cryptography"}


def test_typed_it_says_why_a_proof_does_not_hold(
    checker: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "p.json"
    file.write_text(true_proof(KEY))
    assert checker.main([str(file), PUBLIC]) == 0
    assert "PROVEN: north signed two statements" in capsys.readouterr().out
    assert checker.main([str(file), "ab" * 32]) == 1
    assert "another key" in capsys.readouterr().out
    file.write_text(true_proof(KEY, supersedes="c1"))
    assert checker.main([str(file)]) == 1
    assert "corrects" in capsys.readouterr().out
    assert checker.main([]) == 2
