import type { Operation } from '../operation.ts';
import { addAgent } from './addAgent.ts';
import { analytics } from './analytics.ts';
import { cancelTask } from './cancelTask.ts';
import { control } from './control.ts';
import { feedback } from './feedback.ts';
import { getLog } from './getLog.ts';
import { getTask } from './getTask.ts';
import { health } from './health.ts';
import { healthReport } from './healthReport.ts';
import { inject } from './inject.ts';
import { listTasks } from './listTasks.ts';
import { logs } from './logs.ts';
import { route } from './route.ts';
import { runTask } from './runTask.ts';
import { runTaskV2 } from './runTaskV2.ts';
import { sandboxExec } from './sandboxExec.ts';
import { setPriority } from './setPriority.ts';
import { status } from './status.ts';
import { strategyApprove } from './strategyApprove.ts';
import { strategyFix } from './strategyFix.ts';

/** All that a program can ask of the lab. */
export const operations: readonly Operation[] = [
  runTask,
  runTaskV2,
  getTask,
  listTasks,
  status,
  analytics,
  inject,
  control,
  route,
  addAgent,
  getLog,
  logs,
  sandboxExec,
  feedback,
  strategyFix,
  strategyApprove,
  cancelTask,
  setPriority,
  health,
  healthReport,
];
