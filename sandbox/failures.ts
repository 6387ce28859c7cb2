import { type ErrorPlace, LabError, type LabErrorReason } from '../extension/contracts/errors.ts';
import type { StrategyLanguage } from '../extension/contracts/strategyLanguage.ts';
import type { Fail } from './frames.ts';
import type { ExitFacts, SandboxLimits } from './sandbox.ts';

const longestText = 500;

/**
 * Text from inside a sandbox, fit to be shown: bounded, without control characters, and without the
 * marks that turn the direction of writing or show nothing.
 */
export function cleanText(text: string, longest = longestText): string {
  const shown = text
    .slice(0, longest * 2)
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return shown.length <= longest ? shown : `${shown.slice(0, longest)}...`;
}

/** A sandbox that does not keep to the protocol: `what` completes "The sandbox ...". */
export function protocolError(what: string): LabError {
  return new LabError('sandbox.protocol', `The sandbox broke its protocol: it ${what}.`, {
    action: 'Nothing of this run was used; look at the strategy for an attempt to break out.',
  });
}

/** Fills that differ from those of the host on the bars from `from` to `to`, `to` not included. */
export function fillsError(hasSameEngine: boolean, from: number, to: number): LabError {
  const where = `between bars ${from} and ${to - 1}`;
  const place = { bar: from };
  if (hasSameEngine) {
    return new LabError(
      'sandbox.tampered',
      `The sandbox reported other fills than its orders give ${where}.`,
      {
        action: 'Nothing of this run was used; look at the strategy for an attempt to reach the engine.',
        place,
      },
    );
  }
  return new LabError(
    'sandbox.outdated',
    `The runner in the sandbox has another engine than the lab ${where}.`,
    { action: 'Build the lab and its sandbox image again.', place },
  );
}

export function outputError(): LabError {
  return new LabError('sandbox.output', 'The sandbox sent more than it may, and was stopped.', {
    action: 'Look at the strategy for an attempt to flood the lab.',
  });
}

/** Sound answers that are together more than `bytes`. */
export function tooManyOrdersError(bytes: number): LabError {
  return new LabError(
    'strategy.order',
    `The strategy gave more orders than a run can keep: they fill more than ${Math.floor(bytes / 1_048_576)} MB.`,
    { action: 'Give fewer orders, or run it on fewer bars.' },
  );
}

export function cancelledError(): LabError {
  return new LabError('cancelled', 'The run was cancelled.');
}

export function timeoutError(what: string, milliseconds: number): LabError {
  return new LabError('sandbox.timeout', `The sandbox did not ${what} within ${milliseconds / 1000} s.`, {
    action: 'Look for a loop without an end in setup or next, or raise the time limit.',
  });
}

/** Why a sandbox ended that should have answered. */
export function exitError(facts: ExitFacts, limits: SandboxLimits): LabError {
  if (facts.killedBy === 'output') return outputError();
  if (facts.killedBy === 'cancelled') return cancelledError();
  if (facts.killedBy === 'timeout') return timeoutError('answer', limits.answerMilliseconds);
  if (facts.killedBy === 'lost') {
    return new LabError(
      'sandbox.unavailable',
      'The connection to the sandbox broke in the middle of the run.',
      {
        action: 'Look whether the Docker daemon runs and can be reached, then run again.',
      },
    );
  }
  if (facts.memoryExceeded) {
    return new LabError('sandbox.memory', 'The strategy took more memory than it may, and was stopped.', {
      action: 'Keep less history in the strategy: indicators remember what they need by themselves.',
    });
  }
  if (facts.killedBy === 'protocol') return protocolError('sent bytes that are no frames');
  if (facts.code === 0) {
    return new LabError('sandbox.early-exit', 'The sandbox ended before its work was done.', {
      action: 'Nothing of this run was used; look at the strategy for an attempt to end the runner.',
    });
  }
  const code = facts.code === null ? 'an unknown exit code' : `exit code ${facts.code}`;
  return new LabError('sandbox.crash', `The sandbox crashed with ${code}.`, {
    action:
      'Simplify the strategy: huge values, deep recursion and huge expressions can bring the engine down.',
  });
}

const failReasons: Record<Fail['phase'], LabErrorReason> = {
  source: 'strategy.syntax',
  module: 'strategy.shape',
  setup: 'strategy.threw',
  next: 'strategy.threw',
  signals: 'strategy.threw',
};

const failIntroductions: Record<Fail['phase'], string> = {
  source: 'The strategy does not parse',
  module: 'The file is no strategy',
  setup: 'The strategy failed in setup',
  next: 'The strategy failed in next',
  signals: 'The strategy failed in signals',
};

const failActions: Record<Fail['phase'], string> = {
  source: 'Mend the source at the line given.',
  module: "Export by default what defineStrategy({ name, params, setup, next }) of 'strategy-lab' returns.",
  setup: 'Mend setup; it is called once, before the first bar.',
  next: 'Mend next at the line given; the bar tells on which data it failed.',
  signals: 'Mend signals; it returns one number from -1 to 1 for each row of the frame.',
};

const pythonModuleAction =
  'Declare one class in the file that derives from Strategy of strategy_lab, with next or signals.';

/** What a fail frame tells, as an error for people. `bars` bounds the bar that it may name. */
export function failError(fail: Fail, bars: number, language: StrategyLanguage = 'javascript'): LabError {
  const isOrder = fail.isOrder;
  const bar = fail.bar !== null && fail.bar < bars ? fail.bar : null;
  const place: ErrorPlace = {
    ...(fail.line === null ? {} : { line: fail.line }),
    ...(fail.column === null ? {} : { column: fail.column }),
    ...(bar === null ? {} : { bar }),
    ...(bar === null || fail.time === null ? {} : { time: fail.time }),
  };
  const at = [
    fail.line === null ? '' : ` at line ${fail.line}`,
    bar === null ? '' : ` on bar ${bar}${timeText(fail.time)}`,
  ].join('');
  const phaseAction =
    fail.phase === 'module' && language === 'python' ? pythonModuleAction : failActions[fail.phase];
  const action = isOrder ? 'Mend the order at the line given.' : phaseAction;
  const introduction = isOrder
    ? 'The strategy gave an order that no market takes'
    : failIntroductions[fail.phase];
  return new LabError(
    isOrder ? 'strategy.order' : failReasons[fail.phase],
    `${introduction}${at}: ${cleanText(fail.message)}`,
    { action, place },
  );
}

/** Milliseconds that a date can hold (ECMA-262, section 21.4.1.1). */
const latestTime = 8.64e15;

function timeText(time: number | null): string {
  return time === null || Math.abs(time) > latestTime ? '' : ` (${new Date(time).toISOString()})`;
}
