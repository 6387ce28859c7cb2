import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';

/** First value that `PRAGMA <statement>` answers with; undefined when it answers nothing. */
export function readPragma(database: DatabaseSync, statement: string): SQLOutputValue | undefined {
  return Object.values(database.prepare(`PRAGMA ${statement}`).get() ?? {})[0];
}
