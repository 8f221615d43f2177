from tests.faces.service.console.test_ledger_tables import looking

from nanoward.programme.access.rights import Right, Scope


def test_a_role_without_sites_reaches_everybody_and_rights_are_the_matrix_s() -> None:
    nurse = looking(None, Scope.SITE)
    assert nurse.site_people() is None
    assert looking(None, Scope.OWN_LOTS).site_people() == frozenset()
    assert nurse.may(Right.BOOK_VISIT) is not None
    assert nurse.may(Right.FIRE_KILL) is None
