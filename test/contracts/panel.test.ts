import { expect, test } from 'vitest';
import { panelStateSchema } from '../../extension/contracts/panel.ts';

test('what is kept of a panel that nobody has touched is enough to bring it back', () => {
  const kept: unknown = JSON.parse(JSON.stringify({ subject: { id: 'run' }, view: undefined }));
  expect(panelStateSchema.parse(kept)).toEqual({ subject: { id: 'run' } });
});
