"""The tables of a ledger in PostgreSQL, as SQL."""

TABLES = """
CREATE TABLE nanoward_entry (
    seq bigint PRIMARY KEY, at text NOT NULL, kind text NOT NULL,
    commitment bytea NOT NULL, box bytea NOT NULL, nodes bytea NOT NULL
);
CREATE TABLE nanoward_state (
    id integer PRIMARY KEY CHECK (id = 1), key text NOT NULL, size bigint NOT NULL,
    seal bytea NOT NULL, note text NOT NULL
);
ALTER TABLE nanoward_entry ALTER COLUMN box SET STORAGE EXTERNAL;
"""
INDEX = """
CREATE TABLE IF NOT EXISTS nanoward_subject (
    key bytea NOT NULL, seq bigint NOT NULL, PRIMARY KEY (key, seq)
);
CREATE TABLE IF NOT EXISTS nanoward_subject_head (
    key bytea PRIMARY KEY, count bigint NOT NULL, chain bytea NOT NULL
);
CREATE TABLE IF NOT EXISTS nanoward_folded (
    id integer PRIMARY KEY CHECK (id = 1), upto bigint NOT NULL
);
INSERT INTO nanoward_folded VALUES (1, 0) ON CONFLICT DO NOTHING;
"""
LEASE = """
CREATE TABLE IF NOT EXISTS nanoward_lease (
    id integer PRIMARY KEY CHECK (id = 1), holder text NOT NULL,
    begun timestamptz NOT NULL DEFAULT now()
);
"""
REQUESTS = """
CREATE TABLE IF NOT EXISTS nanoward_request (
    key text PRIMARY KEY, body text NOT NULL, at text NOT NULL, first bigint NOT NULL,
    status integer NOT NULL, answer bytea NOT NULL
);
"""
KEEP = (
    "INSERT INTO nanoward_request VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (key) DO UPDATE"
    " SET body = excluded.body, at = excluded.at, first = excluded.first,"
    " status = excluded.status, answer = excluded.answer"
)
