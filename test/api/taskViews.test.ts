import { expect, test } from 'vitest';
import { taskSchema } from '../../extension/api/wire.ts';
import { taskOf } from '../../extension/api/work/taskViews.ts';
import { makeRun } from '../reports/panel/evidence.ts';

const record = {
  ...{ tool: 'generate', tenant: 'local', priority: 0, agentId: null, origin: null },
  ...{ notBefore: null, deadline: null },
};

test('a task tells what could not be undone, why, and which files still stand', () => {
  const error = { reason: 'not-found', message: 'It may not be removed.', action: 'Remove it.', place: null };
  const artefacts = [{ name: 'a.strategy.ts', mediaType: 'text/typescript', hash: 'a'.repeat(64), bytes: 1 }];
  const view = {
    ...makeRun('a1', null),
    notUndone: [{ step: 'code', generation: 1, error, artefacts }],
  };
  const task = taskSchema.parse(taskOf({ view, record, queued: undefined, results: null }));
  expect(task.not_undone).toEqual([{ step: 'code', error, files: ['a.strategy.ts'] }]);
});
