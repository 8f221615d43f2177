from tests.faces.service.identity.identity_world import enrolled, entered
from tests.faces.service.service_world import Doors


def test_one_s_sessions_are_listed_and_ended(made: Doors) -> None:
    key = enrolled(made, "nia", "nurse", number=1)
    one, two = entered(made, key), entered(made, key)
    assert one.get("/sessions").text.count('/end"') == 2
    mine = made.accounts.sessions("nia")
    assert one.post("/sessions/end-others").status_code == 303
    assert two.get("/sessions").status_code == 401
    assert one.get("/sessions").status_code == 200
    (left,) = made.accounts.sessions("nia")
    assert left.key in {session.key for session in mine}
    assert one.post(f"/sessions/{left.key[:16]}/end").status_code == 303
    assert one.get("/sessions").status_code == 401


def test_another_s_session_is_not_ended(made: Doors) -> None:
    one = entered(made, enrolled(made, "nia", "nurse", number=1))
    two = entered(made, enrolled(made, "ben", "nurse", number=2))
    (theirs,) = made.accounts.sessions("ben")
    one.post(f"/sessions/{theirs.key[:16]}/end")
    assert two.get("/sessions").status_code == 200
