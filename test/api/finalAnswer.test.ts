import { expect, test } from 'vitest';
import { isFinal } from '../../extension/api/http/finalAnswer.ts';

const failure = (reason: string) => ({ jsonrpc: '2.0', id: 1, error: { code: -32603, data: { reason } } });

test.each<[string, number, unknown, boolean]>([
  ['a result', 200, { task_id: 'a' }, true],
  ['nothing at all', 204, '', true],
  ['a refusal that would come again', 422, { reason: 'strategy.guard' }, true],
  ['a refusal of a call that would come again', 200, failure('usage'), true],
  ['a fault of the lab', 500, { reason: 'internal' }, false],
  ['a refusal that passes', 409, { reason: 'journal.conflict' }, false],
  ['a fault inside a call', 200, failure('internal'), false],
  ['a fault inside one call of a batch', 200, [failure('usage'), failure('queue.full')], false],
])('%s is kept for the same request: %i', (_, status, document, kept) => {
  const body = document === '' ? '' : JSON.stringify(document);
  expect(isFinal({ status, body })).toBe(kept);
});
