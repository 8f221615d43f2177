"""Requests that nobody thought of, made from the API's own document (schemathesis)."""

import os
import secrets
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.faces.service.service_world import ORIGIN, Doors, doors

from nanoward.faces.service.api.openapi import api_document
from nanoward.faces.service.guard import COOKIE
from nanoward.programme.access.rights import Role

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ENDLESS = ("/api/v1/events",)
WORKS = ("post /api/v1/programme/rounds",)  # begins a process
SMALL, LONG = 1, 47  # requests for each operation and kind of them
STAFF = (
    Role.INVESTIGATOR, Role.NURSE, Role.EPIDEMIOLOGIST, Role.COUNCIL, Role.ADMINISTRATOR,
)  # fmt: skip


def tried(made: Doors, each: int) -> tuple[Counter[int], list[str]]:
    """Answers by status, and what was wrong with them."""
    schema = schemathesis.openapi.from_dict(api_document(made.app))
    schema.app = made.app
    client = made.client(*STAFF)
    own = made.client(Role.PARTICIPANT, participant="P001")
    sent: Counter[int] = Counter()
    wrong: list[str] = []
    for one in schema.get_all_operations():
        operation = one.ok()
        name = f"{operation.method} {operation.path}"
        if operation.path in ENDLESS or name in WORKS:
            continue
        who = own if operation.path.endswith(("withdrawal", "concern", "consent")) else client
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try:
                strategy = operation.as_strategy(generation_mode=mode)
            except Exception:  # noqa: BLE001 - nothing of the operation can be wrong
                continue
            problem = _one(strategy, who, each, sent)
            wrong += [f"{name} {mode.name}: {text}" for text in problem]
    return sent, wrong


def _one(strategy: Any, client: Any, each: int, sent: Counter[int]) -> list[str]:
    wrong: list[str] = []
    fixed = settings(
        max_examples=each, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    @seed(7)
    @fixed
    @given(case=strategy)
    def ask(case: Any) -> None:
        headers = {"Origin": ORIGIN}
        if case.method == "POST":
            headers["Idempotency-Key"] = secrets.token_hex(16)
        told = case.call(
            base_url=ORIGIN, headers=headers, cookies={COOKIE: client.cookies[COOKIE]}
        )
        sent[told.status_code] += 1
        try:
            case.validate_response(told, checks=CHECKS)
        except BaseException as fault:  # noqa: BLE001 - schemathesis groups its failures
            wrong.append(
                f"{told.status_code} {fault!r} {getattr(fault, 'exceptions', '')}"[:600]
            )

    try:
        ask()
    except Exception as fault:  # noqa: BLE001 - a strategy that makes nothing
        if "Unsatisfiable" not in type(fault).__name__:
            wrong.append(repr(fault)[:600])
    return wrong


@pytest.fixture
def trial(held: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(held, tmp_path / "ward"))


def test_no_request_breaks_the_service_or_its_own_document(trial: Path) -> None:
    with doors(trial) as made:
        sent, wrong = tried(made, SMALL)
    assert sent.total() > 100
    assert {200, 201, 404, 409, 422} <= set(sent)
    assert wrong == []


@pytest.mark.soak
@pytest.mark.timeout(7_200)
def test_ten_thousand_requests_break_nothing(trial: Path) -> None:
    with doors(trial) as made:
        sent, wrong = tried(made, int(os.environ.get("NANOWARD_CASES_EACH", LONG)))
    print(f"{sent.total()} requests {dict(sent)}, {len(wrong)} failures", *wrong[:40], sep="\n")  # noqa: T201
    assert sent.total() >= 10_000
    assert wrong == []
