"""Pieces of work: cut by how long they take, done elsewhere, faults answered as values."""

import io
import pickle
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from time import perf_counter
from typing import Any, Generic, Protocol

from nanoward.ports.runner import Answer, Item, LostWorkError

PIECE_S = 0.5  # what handing a piece over costs (3 to 20 ms) is little beside it
OURS = ("nanoward.adapters.", "nanoward.wiring", "nanoward.ports.")


class CarriedPortError(TypeError):
    """Work for other processes holds a ledger, keys, a store or a driver; that is our fault."""


@dataclass(frozen=True, slots=True)
class PieceAnswer:
    """What came of one piece.

    answers  of its items in order, up to the one that failed
    fault    what that one raised; None where all went well
    seconds  that the work took, without the way there and back
    """

    answers: tuple[Any, ...]
    fault: Exception | None
    seconds: float


class Pool(Protocol):
    """Where pieces are done. `receive` answers None for a piece whose process died.

    room   how many pieces may be there at once
    tries  how often an item alone must end its process before it counts as the cause
    """

    tries: int

    @property
    def room(self) -> int: ...

    def send(self, place: range, items: Sequence[Any]) -> None: ...

    def receive(self) -> Sequence[tuple[range, PieceAnswer | None]]: ...

    def drop(self) -> None: ...


def answer_piece(work: Callable[[Any], Any], items: Sequence[Any]) -> PieceAnswer:
    """Do the items of a piece one after another; a refusal is an answer, and never retried."""
    begun = perf_counter()
    answers: list[Any] = []
    fault: Exception | None = None
    try:
        for item in items:
            answers.append(work(item))  # noqa: PERF401 - those before a fault stay
    except Exception as caught:  # noqa: BLE001 - raised again where the answers are gathered
        fault = portable(caught)
    return PieceAnswer(tuple(answers), fault, perf_counter() - begun)


def portable(fault: Exception) -> Exception:
    """The fault as another process can read it; told in words where it cannot be carried."""
    told = "".join(traceback.format_exception(fault))
    fault.__cause__ = fault.__context__ = None
    try:
        again = pickle.loads(pickle.dumps(fault))  # noqa: S301 - our own bytes, just written
    except Exception:  # noqa: BLE001 - whatever it is, it cannot be carried
        return RuntimeError(told)
    if type(again) is not type(fault) or str(again) != str(fault):
        return RuntimeError(told)
    fault.add_note(f"in another process:\n{told}")
    return fault


class _PlainPickler(pickle.Pickler):
    """Pickles plain values; nothing that opens a ledger, keys or a store leaves the process."""

    def reducer_override(self, value: Any) -> Any:
        if type(value).__module__.startswith(OURS):
            raise CarriedPortError(f"{type(value).__name__} may not leave this process")
        return NotImplemented


def plain_bytes(value: Any) -> bytes:
    """Work or items as bytes. Lambdas and functions within functions cannot be carried."""
    buffer = io.BytesIO()
    _PlainPickler(buffer, pickle.HIGHEST_PROTOCOL).dump(value)
    return buffer.getvalue()


class PieceSizes:
    """How many items the next piece has: half a second's worth by what the last ones took.

    Fewer towards the end, so that no worker waits long for the last piece.
    """

    def __init__(self, count: int) -> None:
        self._count, self._at = count, 0
        self.each_s: float | None = None

    def learn(self, items: int, seconds: float) -> None:
        """Take down what items took. The first ones load what later ones find loaded."""
        if items:
            now = seconds / items
            slower = self.each_s is not None and now > self.each_s
            self.each_s = (now + self.each_s) / 2 if slower and self.each_s is not None else now

    def skip(self, items: int) -> None:
        """Leave out items that were done already."""
        self._at += items

    def cut(self, workers: int) -> range | None:
        """The places of the next piece; None where all were cut."""
        left = self._count - self._at
        if not left:
            return None
        size = 1
        if self.each_s is not None:
            size = min(ceil(PIECE_S / max(self.each_s, 1e-9)), ceil(left / max(1, workers)))
        self._at += size
        return range(self._at - size, self._at)


class PiecedWork(Generic[Item, Answer]):
    """One map: pieces go out as there is room, answers are laid in order.

    What was done with pieces whose process died is told from one another by doing their items
    alone, after all others: then only the item at fault is lost.
    """

    def __init__(
        self,
        pool: Pool,
        items: Sequence[Item],
        *,
        step: Callable[[int], None] | None,
        lost: Callable[[Item], Answer] | None,
    ) -> None:
        self._pool, self._items = pool, items
        self._step, self._lost = step or (lambda _: None), lost
        self._answers: dict[int, Answer] = {}
        self._fault: Exception | None = None
        self._fault_at = len(items)
        self._died: list[range] = []
        self.sizes = PieceSizes(len(items))

    def begin(self, answers: Sequence[Answer]) -> None:
        """Answers of the first items, which were done here."""
        self._answers |= dict(enumerate(answers))
        self.sizes.skip(len(answers))

    def run(self) -> list[Answer]:
        """All answers in order; the first fault in order is raised after running work ended."""
        try:
            self._send_all()
            self._one_by_one()
        finally:
            self._pool.drop()
        if self._fault is not None:
            raise self._fault
        return [self._answers[at] for at in range(len(self._items))]

    def _send_all(self) -> None:
        out = 0
        while True:
            while self._fault is None and out < self._pool.room:
                piece = self.sizes.cut(self._pool.room)
                if piece is None:
                    break
                self._pool.send(piece, self._items[piece.start : piece.stop])
                out += 1
            if not out:
                return
            for piece, answer in self._pool.receive():
                out -= 1
                if answer is None:
                    self._died.append(piece)
                else:
                    self.sizes.learn(len(answer.answers), answer.seconds)
                    self._take(piece, answer)

    def _one_by_one(self) -> None:
        for at in sorted(at for piece in self._died for at in piece):
            if at >= self._fault_at:
                return
            answer = self._alone(at)
            if answer is not None:
                self._take(range(at, at + 1), answer)
            elif self._lost is not None:
                self._answers[at] = self._lost(self._items[at])
                self._step(1)
            else:
                count = len(self._items)
                raise LostWorkError(f"piece {at + 1} of {count} ended every process it was in")

    def _alone(self, at: int) -> PieceAnswer | None:
        for _ in range(self._pool.tries):
            self._pool.send(range(at, at + 1), self._items[at : at + 1])
            ((_, answer),) = self._pool.receive()
            if answer is not None:
                return answer
        return None

    def _take(self, piece: range, answer: PieceAnswer) -> None:
        done = len(answer.answers)
        self._answers |= zip(piece, answer.answers, strict=False)
        if answer.fault is not None and piece.start + done < self._fault_at:
            self._fault, self._fault_at = answer.fault, piece.start + done
        self._step(done)
