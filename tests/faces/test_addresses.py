import socket

import pytest

from nanoward.faces.addresses import AddressTakenError, reserve


def test_a_reserved_address_refuses_at_once_and_its_process_may_listen_there() -> None:
    held, port = reserve("127.0.0.1", 0)
    with held:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=5)
        for _ in range(2):  # it may die and come again
            again, same = reserve("127.0.0.1", port)
            with again:
                again.listen()
                assert same == port
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                again.accept()[0].close()


def test_an_address_at_which_somebody_listens_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(AddressTakenError):
        reserve("127.0.0.1", other.getsockname()[1])
    with pytest.raises(AddressTakenError):
        reserve("127.0.0.1", 70_000)
