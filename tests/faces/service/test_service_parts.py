import threading
from pathlib import Path

import anyio
import pytest
from tests.faces.service.service_world import doors

from nanoward.faces.service.service_parts import READERS, WAITING, ServiceBusyError


def test_acts_go_one_after_the_other(ward: Path) -> None:
    seen: list[str] = []

    async def many() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(
                    made.service.act, lambda _: seen.append(threading.current_thread().name)
                )

    with doors(ward) as made:
        anyio.run(many)
    assert seen == ["writes_0"] * 4


def test_a_full_house_says_so_at_once(ward: Path) -> None:
    go = threading.Event()

    async def ask() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(READERS + WAITING):
                group.start_soon(made.service.read, lambda _: go.wait(20))
            await anyio.sleep(0.5)
            try:
                with pytest.raises(ServiceBusyError):
                    await made.service.read(lambda _: None)
            finally:
                go.set()

    with doors(ward) as made:
        anyio.run(ask)
