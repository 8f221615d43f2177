from typing import Any

from nanoward.ports.service.identity_parts import Identity


class Part:
    def __init__(self, closed: list[str], name: str) -> None:
        self._closed, self._name = closed, name

    def close(self) -> None:
        self._closed.append(self._name)


def test_what_was_taken_down_is_kept_before_the_stores_close() -> None:
    closed: list[str] = []
    looks: Any = Part(closed, "looks")
    credentials: Any = Part(closed, "credentials")
    nothing: Any = None
    Identity(
        credentials=credentials, console=nothing, own_page=nothing, looks=looks, rates=nothing,
        site_of=lambda _: None,
        people_at=lambda _: frozenset(), chance=bytes, duty=nothing, pseudonyms=b"",
    ).close()  # fmt: skip
    assert closed == ["looks", "credentials"]
