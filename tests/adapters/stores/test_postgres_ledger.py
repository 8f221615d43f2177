import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from a_postgres import postgres

from nanoward.adapters.signers.file_signer import MissingKeyError
from nanoward.adapters.stores.lock import ProgrammeBusyError
from nanoward.adapters.stores.postgres_ledger import PostgresLedger
from nanoward.adapters.stores.round_ticket import RoundSupersededError
from nanoward.adapters.stores.row_store import (
    BrokenLedgerError,
    LedgerFailedError,
    LedgerUnavailableError,
    WrongKeyError,
)
from nanoward.base.entries import ProgrammeOpened
from nanoward.ports.ledger import ProvenLedger
from nanoward.testing.conformance import ProvenLedgerConformance, counted_chance

AT = datetime(2026, 11, 23, tzinfo=UTC)
ENTRY = ProgrammeOpened(programme="ward", title="Ward", plan_sha256="")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres() as conninfo:
        yield conninfo


class TestPostgresLedger(ProvenLedgerConformance):
    @pytest.fixture(autouse=True)
    def _server(self, server: str) -> None:
        self.server = server
        self.databases: dict[Path, str] = {}

    def make_proven(self, folder: Path) -> ProvenLedger:
        if folder not in self.databases:
            name = f"t{abs(hash(str(folder)))}"
            with psycopg.connect(self.server, autocommit=True) as db:
                db.execute(f'CREATE DATABASE "{name}"')
            self.databases[folder] = self.server.replace("dbname=postgres", f"dbname={name}")
        return PostgresLedger(
            self.databases[folder], keys=folder / "keys", chance=counted_chance()
        )


@pytest.fixture
def database(server: str, tmp_path: Path) -> str:
    name = f"t{abs(hash(str(tmp_path)))}"
    with psycopg.connect(server, autocommit=True) as db:
        db.execute(f'CREATE DATABASE "{name}"')
    return server.replace("dbname=postgres", f"dbname={name}")


@pytest.mark.hazard("H-01")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE nanoward_entry SET kind = 'programme.RoundHeld' WHERE seq = 2",
        "UPDATE nanoward_entry SET box = 'x' WHERE seq = 2",
        "DELETE FROM nanoward_entry WHERE seq = 2",
        "DELETE FROM nanoward_entry WHERE seq = 5",
        "UPDATE nanoward_state SET size = 4",
        "DELETE FROM nanoward_state",
    ],
)
def test_a_changed_record_does_not_verify(
    database: str, tmp_path: Path, statement: str
) -> None:
    ledger = PostgresLedger(database, keys=tmp_path)
    ledger.append([ENTRY] * 5, actor="nurse", at=AT)
    with psycopg.connect(database, autocommit=True) as db:
        db.execute(statement)  # type: ignore[call-overload]
    with pytest.raises(BrokenLedgerError):
        ledger.verify()
    ledger.close()


def test_two_writers_on_one_database_take_turns(database: str, tmp_path: Path) -> None:
    one = PostgresLedger(database, keys=tmp_path)
    two = PostgresLedger(database, keys=tmp_path)
    for ledger in (one, two, one, two):
        ledger.append([ENTRY], actor="nurse", at=AT)
    assert one.verify() == two.verify() == one.head()
    assert one.head().size == 4
    one.close()
    two.close()


def test_a_ledger_of_another_key_is_refused(database: str, tmp_path: Path) -> None:
    PostgresLedger(database, keys=tmp_path / "one").close()
    with pytest.raises(MissingKeyError):
        PostgresLedger(database, keys=tmp_path / "two")
    from nanoward.adapters.signers.file_signer import make_signer

    make_signer(tmp_path / "two" / "ledger.key", name="other")
    with pytest.raises(WrongKeyError):
        PostgresLedger(database, keys=tmp_path / "two")


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnavailableError):
        PostgresLedger(f"host={tmp_path} dbname=none user=none", keys=tmp_path / "keys")
    assert not (tmp_path / "keys").exists()


def test_a_connection_that_breaks_is_the_end(database: str, tmp_path: Path) -> None:
    ledger = PostgresLedger(database, keys=tmp_path)
    kept = ledger.append([ENTRY], actor="nurse", at=AT)
    with psycopg.connect(database, autocommit=True) as db:
        pid = ledger._store._writer.info.backend_pid
        db.execute("SELECT pg_terminate_backend(%s)", (pid,))
    with pytest.raises(LedgerFailedError):
        ledger.append([ENTRY], actor="nurse", at=AT)
    with pytest.raises(LedgerFailedError, match="earlier"):
        ledger.append([ENTRY], actor="nurse", at=AT)
    ledger.close()
    again = PostgresLedger(database, keys=tmp_path)
    assert again.verify() == kept
    again.close()


@pytest.mark.hazard("H-105")
def test_a_round_that_lost_its_lease_appends_nothing(database: str, tmp_path: Path) -> None:
    first = PostgresLedger(database, keys=tmp_path)
    second = PostgresLedger(database, keys=tmp_path)
    first.lease("first")
    first.append([ENTRY], actor="ward round", at=AT)
    second.append([ENTRY], actor="nurse", at=AT)  # an act needs none, and the round goes on
    first.append([ENTRY], actor="ward round", at=AT)
    second.lease("second")
    before = second.head()
    with pytest.raises(RoundSupersededError, match="began later"):
        first.append([ENTRY], actor="ward round", at=AT)
    assert second.head() == before
    second.append([ENTRY], actor="ward round", at=AT)
    first.close()  # nor does it keep its checkpoint
    assert second.verify().size == 4
    second.close()


@pytest.mark.hazard("H-105")
def test_a_lease_taken_in_the_middle_of_a_write_waits_for_it(
    database: str, tmp_path: Path
) -> None:
    ledger = PostgresLedger(database, keys=tmp_path)
    ledger.lease("first")
    ledger.append([ENTRY], actor="ward round", at=AT)
    with psycopg.connect(database) as writing, psycopg.connect(database) as taking:
        writing.execute("SELECT holder FROM nanoward_lease FOR SHARE")
        taking.execute("SET lock_timeout = '100ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            taking.execute("UPDATE nanoward_lease SET holder = 'second'")
    ledger.close()


@pytest.mark.hazard("H-105")
def test_who_acts_shuts_out_acts_of_other_machines_until_it_ends(
    database: str, tmp_path: Path
) -> None:
    one = PostgresLedger(database, keys=tmp_path)
    two = PostgresLedger(database, keys=tmp_path)
    with one.acting(wait_s=0):
        with pytest.raises(ProgrammeBusyError, match="machine"), two.acting(wait_s=0.05):
            pass
        one._store._locker.close()  # the machine ended
        with two.acting(wait_s=5):
            pass
    with two.acting(wait_s=0):
        pass
    one.close()
    two.close()


def test_one_database_holds_the_ledgers_of_several_programmes(
    database: str, tmp_path: Path
) -> None:
    ledgers = [
        PostgresLedger(f"{database} options='-c search_path={name}'", keys=tmp_path / name)
        for name in ("flu", "polio")
    ]
    flu, polio = ledgers
    flu.append([ENTRY] * 3, actor="nurse", at=AT)
    with flu.acting(wait_s=0), polio.acting(wait_s=0):  # they do not wait for one another
        flu.lease("a")
        polio.lease("b")
        flu.append([ENTRY], actor="ward round", at=AT)
        polio.append([ENTRY], actor="ward round", at=AT)
    assert [one.verify().size for one in ledgers] == [4, 1]
    for one in ledgers:
        one.close()
    with psycopg.connect(database) as db:
        assert db.execute("SELECT to_regclass('public.nanoward_entry')").fetchone() == (None,)
