import { createHash } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import * as z from 'zod';
import { timeframeSchema } from '../contracts/candles.ts';
import type { ChainReport } from '../contracts/journal.ts';
import { timeframeMilliseconds } from '../contracts/timeframes.ts';
import {
  type TrialCount,
  type TrialQuery,
  trialCountSchema,
  trialPurposeSchema,
  trialSchema,
} from '../contracts/trials.ts';
import { canonicalJson } from './canonicalJson.ts';
import { chainStart } from './eventStore.ts';
import type { EvaluationMessage } from './protocol.ts';

const evaluationRowSchema = z.object({
  position: z.number().int(),
  contentHash: z.string(),
  time: z.number(),
  key: z.string(),
  purpose: trialPurposeSchema,
  runId: z.string().nullable(),
  codeHash: z.string(),
  venue: z.string(),
  symbol: z.string(),
  timeframe: timeframeSchema,
  firstTime: z.number(),
  lastTime: z.number(),
  dataHash: z.string(),
  hash: z.string(),
});
type EvaluationRow = z.infer<typeof evaluationRowSchema>;

const trialRowsSchema = z.array(trialSchema.extend({ params: z.string() }));
const positionRowSchema = z.object({ position: z.number().int() });
const headRowSchema = z.object({ position: z.number().int(), hash: z.string() });
const countRowSchema = trialCountSchema.omit({ position: true });

/** Evaluations with their trials, in one chain. The caller opens and commits the transaction. */
export class TrialStore {
  readonly #database: DatabaseSync;
  readonly #head: StatementSync;
  readonly #known: StatementSync;
  readonly #insertEvaluation: StatementSync;
  readonly #insertTrial: StatementSync;
  readonly #trialsOf: StatementSync;
  readonly #count: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#head = database.prepare('SELECT position, hash FROM evaluations ORDER BY position DESC LIMIT 1');
    this.#known = database.prepare('SELECT position FROM evaluations WHERE content_hash = ?');
    this.#insertEvaluation = database.prepare(
      `INSERT INTO evaluations (position, content_hash, time, key, purpose, run_id, code_hash, venue, symbol,
        timeframe, first_time, last_time, end_time, data_hash, hash)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#insertTrial = database.prepare(
      `INSERT INTO trials (evaluation, number, params, observations, sharpe, skewness, kurtosis)
      VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#trialsOf = database.prepare(
      `SELECT params, observations, sharpe, skewness, kurtosis FROM trials WHERE evaluation = ? ORDER BY number`,
    );
    // Beside max() SQLite takes the other columns from the row that has the maximum.
    this.#count = database.prepare(
      `WITH asked AS (
        SELECT json_extract(value, '$.venue') AS venue, json_extract(value, '$.symbol') AS symbol FROM json_each(?)
      ), latest AS MATERIALIZED (
        SELECT code_hash, sharpe, max(CASE WHEN sharpe IS NULL THEN NULL ELSE position END)
        FROM evaluations JOIN trials ON evaluation = position
        WHERE (symbol, venue) IN (SELECT symbol, venue FROM asked) AND first_time < ? AND end_time > ? AND position <= ?
        GROUP BY code_hash, params
      ), center AS (SELECT avg(sharpe) AS mean FROM latest)
      SELECT count(*) AS trials, count(DISTINCT code_hash) AS codes, count(sharpe) AS sharpes,
        CASE WHEN count(sharpe) > 1
          THEN sum((sharpe - mean) * (sharpe - mean)) / (count(sharpe) - 1) END AS sharpeVariance
      FROM latest JOIN center`,
    );
  }

  /** Position of the evaluation: a new one, or the one it has been given before. */
  record(evaluation: EvaluationMessage, time: number): number {
    const contentHash = sha256(contentOf(evaluation));
    const known = this.#known.get(contentHash);
    if (known !== undefined) return positionRowSchema.parse(known).position;
    const head = this.#headRow();
    const position = (head?.position ?? 0) + 1;
    const hash = chainHash(head?.hash ?? chainStart, position, time, contentHash);
    const { key, purpose, runId, codeHash, venue, symbol, timeframe, firstTime, lastTime, dataHash } =
      evaluation;
    this.#insertEvaluation.run(
      position,
      contentHash,
      time,
      key,
      purpose,
      runId,
      codeHash,
      venue,
      symbol,
      timeframe,
      firstTime,
      lastTime,
      lastTime + timeframeMilliseconds[timeframe],
      dataHash,
      hash,
    );
    for (const [number, trial] of evaluation.trials.entries()) {
      const { params, observations, sharpe, skewness, kurtosis } = trial;
      this.#insertTrial.run(position, number, params, observations, sharpe, skewness, kurtosis);
    }
    return position;
  }

  count({ markets, from, to, upTo }: TrialQuery): TrialCount {
    const last = this.#headRow()?.position ?? 0;
    const position = Math.min(upTo ?? last, last);
    const row = this.#count.get(JSON.stringify(markets), to, from, position);
    return { ...countRowSchema.parse(row), position };
  }

  /** Computes every hash again; evaluations missing at the end are noticed by the table's own counter. */
  verify(): ChainReport {
    let hash = chainStart;
    let events = 0;
    for (const row of this.#all()) {
      const trials = trialRowsSchema.parse(this.#trialsOf.all(row.position));
      const contentHash = sha256(contentOf({ ...row, trials }));
      hash = chainHash(hash, row.position, row.time, contentHash);
      const isIntact = row.position === events + 1 && row.contentHash === contentHash && row.hash === hash;
      if (!isIntact) return { events, brokenAt: events + 1 };
      events += 1;
    }
    return { events, brokenAt: events === this.#everRecorded() ? null : events + 1 };
  }

  *#all(): Generator<EvaluationRow> {
    const rows = this.#database.prepare(
      `SELECT position, content_hash AS contentHash, time, key, purpose, run_id AS runId,
        code_hash AS codeHash, venue, symbol, timeframe, first_time AS firstTime, last_time AS lastTime,
        data_hash AS dataHash, hash
      FROM evaluations ORDER BY position`,
    );
    for (const row of rows.iterate()) yield evaluationRowSchema.parse(row);
  }

  #headRow(): z.infer<typeof headRowSchema> | null {
    const row = this.#head.get();
    return row === undefined ? null : headRowSchema.parse(row);
  }

  #everRecorded(): number {
    const row = this.#database
      .prepare(`SELECT seq AS position FROM sqlite_sequence WHERE name = 'evaluations'`)
      .get();
    return row === undefined ? 0 : positionRowSchema.parse(row).position;
  }
}

/** The evaluation as its hash is computed, without the time at which it was recorded. */
function contentOf(evaluation: EvaluationMessage | (EvaluationRow & Pick<EvaluationMessage, 'trials'>)) {
  const { key, purpose, runId, codeHash, venue, symbol, timeframe, firstTime, lastTime, dataHash, trials } =
    evaluation;
  const facts = { key, purpose, runId, codeHash, venue, symbol, timeframe, firstTime, lastTime, dataHash };
  return canonicalJson({ ...facts, trials });
}

function chainHash(previous: string, position: number, time: number, contentHash: string): string {
  return sha256(`${previous}${canonicalJson({ position, time, contentHash })}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
