import { formatNumber } from '../../webviews/shared/format.ts';
import { inEnglish, type Translate } from '../../webviews/shared/texts.ts';
import type { SagaView } from '../contracts/saga.ts';
import {
  type AlertReason,
  alertReasonSchema,
  type ForensicFinding,
  type ForensicReport,
  forensicKindSchema,
  type SandboxAlert,
  type SandboxExit,
  type SandboxRecord,
} from '../contracts/sandboxEvidence.ts';
import { visibleLine } from './visible.ts';

const count = (value: number): string => formatNumber(value, 0);

/** What was seen of the sandboxes of a run that gave a result, in one sentence. */
export function sandboxRecordSentence(record: SandboxRecord, translate: Translate = inEnglish): string {
  return translate(
    'Sandboxes that ended after their last answer: {0}; received: {1} bytes; dropped: {2} bytes of error output, {3} lines of log.',
    ...[record.sandboxes, record.receivedBytes, record.stderrBytes, record.logLinesDropped].map(count),
  );
}

/** A sandbox that did what no honest strategy does, in one line; without the words that were found for it. */
export function alertHeadline({ reason, isolation }: SandboxAlert, translate: Translate = inEnglish): string {
  return translate('Sandbox alert {0} under {1} ({2})', reason, isolation.backend, isolation.level);
}

/** An alert with all that is known of it, in one line. */
export function alertSentence(alert: SandboxAlert, translate: Translate = inEnglish): string {
  const { message, exit, receivedBytes, stderrBytes } = alert;
  return visibleLine(
    translate(
      '{0}: {1} The sandbox {2}; received: {3} bytes; dropped: {4} bytes of error output.',
      alertHeadline(alert, translate),
      message,
      exitText(exit, translate),
      count(receivedBytes),
      count(stderrBytes),
    ),
  );
}

/** Completes "The sandbox ...". */
function exitText({ code, signal, memoryExceeded, killedBy }: SandboxExit, translate: Translate): string {
  if (killedBy !== null) return translate('was ended by the lab ({0})', killedBy);
  if (memoryExceeded) return translate('was ended by its limit of memory');
  if (code === null) return translate('ended');
  return signal === null
    ? translate('ended with code {0}', code)
    : translate('ended with code {0} ({1})', code, signal);
}

const findingTexts: Readonly<Record<ForensicFinding['kind'], string>> = {
  program: 'It tried to start a program.',
  process: 'It tried to make a process of its own.',
  network: 'It tried to use a network or a socket.',
  'file-read': 'It tried to read what belongs to no runner.',
  'file-write': 'It tried to write, or to change a file.',
  signal: 'It tried to send a signal to a process.',
  trace: 'It tried to look into another process.',
  namespace: 'It tried to make or enter a namespace.',
  mount: 'It tried to change what is mounted.',
  privilege: 'It tried to change its own rights.',
  kernel: 'It tried a call by which kernels are attacked or changed.',
  'memory-file': 'It tried to make a program in memory.',
};

const alertTexts: Readonly<Record<AlertReason, string>> = {
  'sandbox.protocol': 'It sent what is no answer.',
  'sandbox.tampered': 'It told of fills that its own intents do not give.',
  'sandbox.early-exit': 'It left before its work was done.',
  'sandbox.output': 'It flooded the lab with output.',
};

/** What a kind of attempt to break out is, by the name under which the lab counts it. */
export function attemptSentence(reason: string, translate: Translate = inEnglish): string {
  const alert = alertReasonSchema.safeParse(reason);
  if (alert.success) return translate(alertTexts[alert.data]);
  const kind = forensicKindSchema.safeParse(reason.replace(/^forensics\./, ''));
  // A later version of the lab may have counted it.
  return kind.success ? translate(findingTexts[kind.data]) : reason;
}

/** What a finding of a trace means, with its number of calls. */
export function findingSentence(
  { kind, count: calls, refused }: ForensicFinding,
  translate: Translate = inEnglish,
): string {
  return translate(
    '{0} Calls: {1}, refused by the sandbox: {2}.',
    translate(findingTexts[kind]),
    count(calls),
    count(refused),
  );
}

/** What a forensic re-run came to, in one sentence. */
export function forensicSentence(
  { findings, calls, runtime, ended, isCut }: Omit<ForensicReport, 'message'>,
  translate: Translate = inEnglish,
): string {
  const found =
    findings.length === 0
      ? translate('Forensic re-run under {0}: nothing that an honest strategy does not do.', runtime)
      : translate('Forensic re-run under {0}. Kinds of suspicious calls: {1}.', runtime, findings.length);
  const facts =
    ended === 'done'
      ? translate('System calls read: {0}; it ran to its end.', count(calls))
      : translate('System calls read: {0}; it ended by {1}.', count(calls), ended);
  const cut = isCut ? ` ${translate('The trace was cut: what came after is not known.')}` : '';
  return `${found} ${facts}${cut}`;
}

/** All that speaks of attempts to break out of a sandbox in a run, one line each, the first first. */
export function suspicionLines(
  { alerts, forensics }: Partial<Pick<SagaView, 'alerts' | 'forensics'>>,
  translate: Translate = inEnglish,
): string[] {
  return [
    ...(alerts ?? []).map((alert) => alertSentence(alert, translate)),
    ...(forensics ?? []).flatMap((report) => [
      forensicSentence(report, translate),
      ...report.findings.map((finding) => {
        const examples = finding.examples.map(visibleLine).join(' · ');
        return `${findingSentence(finding, translate)} ${examples}`;
      }),
    ]),
  ];
}
