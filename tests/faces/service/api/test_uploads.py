import base64
import gzip
import hashlib
import secrets
from typing import Any

import pytest
from tests.faces.service.api.api_world import V1
from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role

READS = b"@r1\nACGT\n+\nIIII\n" * 2_000


def digest(content: bytes) -> str:
    value = base64.b64encode(hashlib.sha256(content).digest()).decode()
    return f"sha-256=:{value}:"


def place() -> str:
    return f"{V1}/catalogue/reads/S{secrets.token_hex(3)}/1"


def put(client: Any, path: str, content: bytes, **headers: str) -> Any:
    return client.put(path, content=content, headers=headers)


@pytest.mark.hazard("H-392")
def test_reads_that_are_cut_three_times_come_whole_and_once(api: Doors) -> None:
    client, path, content = api.client(Role.EPIDEMIOLOGIST), place(), gzip.compress(READS)
    told = put(client, path, content[:20], **{"Upload-Complete": "?0"})
    assert (told.status_code, told.headers["upload-offset"]) == (200, "20")
    for end in (40, 60, len(content)):
        state = client.head(path)
        start = int(state.headers["upload-offset"])
        told = client.patch(
            path,
            content=content[start:end],
            headers={
                "Upload-Offset": str(start),
                "Upload-Complete": "?1" if end == len(content) else "?0",
                "Repr-Digest": digest(content),
            },
        )
    assert told.json()["sha256"] == hashlib.sha256(content).hexdigest()
    assert told.json()["kind"] == "gzip"
    name = path.split("/")[-2]
    with open(f"{api.service.path}/data/reads/{name}_1.fastq.gz", "rb") as file:
        assert file.read() == content
    assert put(client, path, content, **{"Repr-Digest": digest(content)}).status_code == 409


def test_a_wrong_digest_is_refused_and_nothing_is_kept(api: Doors) -> None:
    client, path = api.client(Role.EPIDEMIOLOGIST), place()
    told = put(client, path, READS, **{"Content-Digest": digest(b"other")})
    assert told.status_code == 422
    assert put(client, path, READS).json()["code"] == "SRV-019"
    told = put(client, path, READS, **{"Repr-Digest": digest(b"other")})
    assert told.json()["code"] == "INP-090"
    assert client.head(path).status_code == 404
    assert put(client, path, READS, **{"Content-Digest": digest(READS)}).status_code == 201


def test_a_piece_that_is_not_what_was_sent_is_cut_off_again(api: Doors) -> None:
    client, path = api.client(Role.EPIDEMIOLOGIST), place()
    put(client, path, READS[:100], **{"Upload-Complete": "?0"})
    headers = {"Upload-Offset": "100", "Upload-Complete": "?0", "Content-Digest": digest(b"x")}
    told = client.patch(path, content=READS[100:200], headers=headers)
    assert told.json()["code"] == "SRV-020"
    assert client.head(path).headers["upload-offset"] == "100"
    headers = {"Upload-Offset": "50", "Upload-Complete": "?0"}
    told = client.patch(path, content=READS[100:200], headers=headers)
    assert told.json()["code"] == "REF-112"


def test_only_who_works_with_genomes_sends_reads(api: Doors) -> None:
    told = put(api.client(Role.NURSE), place(), READS, **{"Repr-Digest": digest(READS)})
    assert told.status_code == 403
