import * as z from 'zod';
import { serviceHealthSchema } from '../../contracts/health.ts';
import { operation } from '../operation.ts';

export const health = operation({
  name: 'health',
  http: { method: 'GET', path: '/health' },
  summary: 'Tells that the service lives, from memory alone; made to be asked often, and by anyone.',
  scope: null,
  params: z.strictObject({}),
  result: serviceHealthSchema,
  errors: [],
  run: async (_params, _caller, ports) => ports.health.service(),
});
