import * as z from 'zod';
import { healthReportSchema } from '../../contracts/health.ts';
import { operation } from '../operation.ts';

export const healthReport = operation({
  name: 'health_report',
  http: { method: 'GET', path: '/api/v2/health' },
  summary: 'Asks every part of the lab how it is, and tells how long each took to answer.',
  scope: 'read',
  params: z.strictObject({}),
  result: healthReportSchema,
  errors: [],
  run: (_params, _caller, ports) => ports.health.report(),
});
