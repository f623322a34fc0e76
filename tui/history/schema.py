"""The tables of the history. Times are UTC epoch seconds."""

VERSION = 2
"""Stored as `user_version`. A newer one is opened read-only, an older one is migrated."""

TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

-- One row for each order that was ever seen: its last known state.
CREATE TABLE orders (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    created REAL,
    status TEXT,                        -- NULL: gone from the list
    attempt INTEGER NOT NULL DEFAULT 1,
    read_at REAL NOT NULL,              -- the first poll that had this status
    -- Of this attempt: the bounds of when it left the queue, entered its status, and ended.
    started_after REAL, started_before REAL,
    entered_after REAL, entered_before REAL,
    ended_after REAL, ended_before REAL,
    profiles TEXT,                      -- as `profile_names` has them
    duration REAL,                      -- of the media, in seconds
    -- Of the last changes, with the times of the reads that had them first.
    progress TEXT, progress_at REAL,    -- a JSON array
    comment TEXT, comment_at REAL,
    detail BLOB                         -- the trimmed OrderDetail as MessagePack, as last recorded
);
CREATE INDEX orders_by_end ON orders (ended_before) WHERE ended_before IS NOT NULL;
CREATE INDEX orders_by_status ON orders (status);
CREATE INDEX orders_by_attempt ON orders (attempt) WHERE attempt > 1;

CREATE TABLE changes (
    seq INTEGER PRIMARY KEY,
    order_key INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    field INTEGER NOT NULL,             -- a ChangedField
    old, new,                           -- TEXT; a progress is a JSON array
    after REAL,                         -- the last poll that had `old`; NULL: none had looked
    before REAL NOT NULL                -- the first poll that had `new`
);
CREATE INDEX changes_by_order ON changes (order_key, seq);
CREATE INDEX changes_by_time ON changes (before, seq);

-- One row for each attempt that ended: see `runs.py`.
CREATE TABLE runs (
    before REAL NOT NULL,               -- the first poll that saw its end
    order_key INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    after REAL NOT NULL,                -- the last poll that did not
    profiles TEXT, duration REAL,       -- of the order, if they were known then
    times TEXT NOT NULL,                -- JSON array: the whole seconds in QUEUED, DOWNLOADING,
                                        -- TRANSCODING, UPLOADING and from queue to end; or null
    left_out INTEGER NOT NULL,          -- how many of these were not observed well
    PRIMARY KEY (before, order_key, attempt)
) WITHOUT ROWID;

-- The state of all orders once a day: MessagePack, compressed with zlib.
-- With a rowid: without, each search for a time would read the states on its way.
CREATE TABLE keyframes (at REAL PRIMARY KEY, state BLOB NOT NULL);

-- When orders were polled, and when not (a SpanKind). Several instances may have overlapping ones.
CREATE TABLE spans (
    key INTEGER PRIMARY KEY, start REAL NOT NULL, end REAL NOT NULL, kind TEXT NOT NULL
);
CREATE INDEX spans_by_start ON spans (start);

-- What the estimates and the limits of stalls are made from.
CREATE TABLE samples (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,                 -- a SampleKind
    profile TEXT NOT NULL,              -- of an order: its set of profiles; empty: not known
    category INTEGER NOT NULL,          -- the tenth of the progress, or the position of the phase
    at REAL NOT NULL,
    value REAL NOT NULL
);
CREATE INDEX samples_by_category ON samples (kind, profile, category, seq);
"""

ACTIONS = """
-- The journal: what was written to the server, and what came of it. See `journal.py`.
CREATE TABLE actions (
    key INTEGER PRIMARY KEY,            -- grows, and is of one file alone: see `action_table.py`
    at REAL NOT NULL,
    instance TEXT NOT NULL,             -- the process that wrote it: see `instances.py`
    plan TEXT NOT NULL,
    who TEXT NOT NULL,
    kind TEXT NOT NULL,                 -- an ActionKind
    subject TEXT NOT NULL,              -- the id of the order or the profile
    summary TEXT NOT NULL,
    read_before TEXT NOT NULL,
    outcome TEXT NOT NULL,              -- an Outcome
    words TEXT NOT NULL,
    settled_at REAL
);
CREATE INDEX actions_by_subject ON actions (subject, key);
CREATE INDEX actions_open ON actions (key) WHERE outcome IN ('begun', 'unknown');
"""

TABLE_NAMES = ("meta", "orders", "changes", "runs", "keyframes", "spans", "samples", "actions")

MIGRATIONS = (TABLES, ACTIONS)
"""The statements that lead from each version to the next one, from 0, an empty file."""
