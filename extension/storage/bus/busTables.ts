/** Where each group of subscribers stands in all events, and what it has set aside. */
export const busTables = `
  CREATE TABLE event_groups (
    name TEXT PRIMARY KEY,
    position INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE parked_events (
    group_name TEXT NOT NULL,
    position INTEGER NOT NULL,
    type TEXT NOT NULL,
    reason TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY (group_name, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX events_by_time ON events (time);
`;

/** A row while deliveries to all groups are held back. */
export const eventPauseTable = 'CREATE TABLE event_pauses (id INTEGER PRIMARY KEY CHECK (id = 1)) STRICT;';
