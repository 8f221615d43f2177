"""The agent's part of a read: by hand, on both strands, with errors, in long genomes."""

import numpy as np
import pytest

from nanoward.sequencing import agent_segments as module
from nanoward.sequencing.agent_segments import SEED, AgentStrands, agent_segments, agent_strands

TURN = str.maketrans("ACGT", "TGCA")


def sequence(length: int, seed: int) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


AGENT, OTHER = sequence(3000, 1), sequence(3000, 2)


def found(reads: list[str], agent: AgentStrands, room: int = 9) -> tuple[int, int, np.ndarray]:
    text = np.frombuffer("\n".join(reads).encode(), np.uint8)
    starts = np.cumsum([0, *(len(one) + 1 for one in reads[:-1])])
    where = np.array(
        [[at, len(one), 0] for at, one in zip(starts, reads, strict=True)], np.int64
    )
    rows = np.zeros((room, 6), np.int64)
    written, own = agent_segments(text, where, agent, 30, 25, rows)
    return written, own, rows[:written]


@pytest.mark.parametrize("sparse", [False, True])
def test_the_part_and_its_place_by_hand(sparse: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if sparse:
        monkeypatch.setattr(module, "LONG", 0)
    strands = agent_strands([AGENT])
    read = AGENT[500:580] + OTHER[100:170]
    written, own, rows = found([OTHER[:150], read, AGENT[900:1050]], strands)
    assert written == 1
    assert 230 <= own <= 233
    which, left, right, at, far, _ = rows[0].tolist()
    assert (which, left, at, far) == (1, 0, SEED + 500, -1)
    assert 80 <= right <= 82  # letters that agree by chance


def test_the_other_strand_an_error_and_a_part_that_lies_elsewhere_in_the_agent() -> None:
    strands = agent_strands([AGENT])
    part = AGENT[500:580][::-1].translate(TURN)
    wrong = part[:40] + part[40].translate(TURN) + part[41:]
    deleted = AGENT[700:780] + AGENT[1500:1570]
    written, _, rows = found([OTHER[100:170] + wrong, deleted], strands)
    assert written == 2
    assert 68 <= rows[0, 1] <= 70
    assert rows[0, 2] == 150
    turned = len(strands.letters) - (SEED + 580)
    assert rows[0, 3] - rows[0, 1] == turned - 70
    assert 80 <= rows[1, 2] <= 82
    assert rows[1, 4] >= 78
    assert rows[1, 5] - rows[1, 4] == SEED + 1500 - 80  # the diagonal of what follows


def test_rows_beyond_the_room_are_counted_and_not_written() -> None:
    strands = agent_strands([AGENT, OTHER[:500]])
    reads = [AGENT[at : at + 80] + OTHER[1000:1070] for at in range(5)]
    assert found(reads, strands, room=2)[0] == 5
