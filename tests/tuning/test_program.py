"""Room to work in has the sizes that the kernel counts on."""

from families import FAMILIES

from nanoward.tuning import read_dynamics
from nanoward.tuning.assembly import assembled
from nanoward.tuning.program import room_for


def test_room_fits_the_program() -> None:
    program = assembled(read_dynamics(FAMILIES["two compartments"].text))
    room = room_for(program, places=4, size=5, traced=2)
    assert room.regs.shape == (len(program.fixed), 6)
    assert room.k.shape == (16, 3, 6)
    assert room.when.shape == (4, 6)
    assert room.trace.shape == (2, 3)
