CREATE TABLE IF NOT EXISTS quakes (
    row_id    INTEGER PRIMARY KEY AUTOINCREMENT,
    id        TEXT    NOT NULL,
    time      INTEGER NOT NULL,
    updated   INTEGER NOT NULL,
    mag       REAL,
    mag_type  TEXT    NOT NULL,
    place     TEXT,
    loaded_at TEXT    NOT NULL
);

CREATE INDEX IF NOT EXISTS ix_quakes_id ON quakes (id, updated);

CREATE TABLE IF NOT EXISTS daily_magnitudes (
    day      TEXT    NOT NULL,
    mag_type TEXT    NOT NULL,
    quakes   INTEGER NOT NULL,
    max_mag  REAL,
    PRIMARY KEY (day, mag_type)
);

CREATE TABLE IF NOT EXISTS dead_letters (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    source    TEXT    NOT NULL,
    position  INTEGER NOT NULL,
    payload   TEXT    NOT NULL,
    error     TEXT    NOT NULL,
    failed_at TEXT    NOT NULL,
    attempts  INTEGER NOT NULL DEFAULT 1
);
