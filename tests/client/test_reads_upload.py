from pathlib import Path

import httpx2
import pytest

from nanoward.client import reads_upload
from nanoward.client.reads_upload import send_reads
from nanoward.client.transport import Transport


def test_a_file_is_sent_on_where_it_was_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads_upload, "PIECE", 10)
    file = tmp_path / "a.fastq"
    file.write_bytes(b"@r\nACGT\n+\nIIII\n" * 2)
    kept, cuts = bytearray(), [2]

    def answers(request: httpx2.Request) -> httpx2.Response:
        if request.method == "HEAD":
            if not kept:
                return httpx2.Response(404, json={"code": "SRV-015"})
            return httpx2.Response(204, headers={"Upload-Offset": str(len(kept))})
        if len(kept) == 10 and cuts[0]:
            cuts[0] -= 1
            raise httpx2.WriteError("cut", request=request)
        kept.extend(request.content)
        whole = request.headers["Upload-Complete"] == "?1"
        told = {"sample": "S", "mate": "1", "offset": len(kept), "whole": whole, "sha256": "",
                "kind": "fastq"}  # fmt: skip
        return httpx2.Response(201 if whole else 200, json=told)

    mock = httpx2.MockTransport(answers)
    transport = Transport("https://w.example", "s", tries=1, transport=mock)
    assert send_reads(transport, "S", "1", file).whole
    assert bytes(kept) == file.read_bytes()
    empty = tmp_path / "b.fastq"
    empty.write_bytes(b"")
    kept.clear()
    with pytest.raises(ValueError, match="is empty"):
        send_reads(transport, "S", "1", empty)
