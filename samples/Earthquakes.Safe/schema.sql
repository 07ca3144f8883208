CREATE TABLE IF NOT EXISTS quakes (
    id        TEXT    NOT NULL PRIMARY KEY,
    time      INTEGER NOT NULL,
    updated   INTEGER NOT NULL,
    day       TEXT    NOT NULL,
    mag       REAL,
    mag_type  TEXT    NOT NULL,
    place     TEXT,
    loaded_at TEXT    NOT NULL
);

CREATE INDEX IF NOT EXISTS ix_quakes_day ON quakes (day, mag_type);

CREATE TABLE IF NOT EXISTS daily_magnitudes (
    day      TEXT    NOT NULL,
    mag_type TEXT    NOT NULL,
    quakes   INTEGER NOT NULL,
    max_mag  REAL,
    PRIMARY KEY (day, mag_type)
);

CREATE TABLE IF NOT EXISTS dead_letters (
    source      TEXT    NOT NULL,
    position    INTEGER NOT NULL,
    payload     BLOB    NOT NULL,
    error       TEXT    NOT NULL,
    failed_at   TEXT    NOT NULL,
    attempts    INTEGER NOT NULL,
    resolved_at TEXT,
    PRIMARY KEY (source, position)
);
