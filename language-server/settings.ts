import {
  guardianDelaySchema,
  guardianSection,
  type ShownSeverity,
  shownSeveritySchema,
} from '../extension/contracts/languageServer.ts';
import { rules } from './guardian/rule.ts';

/** How one file's findings are shown. */
export interface Settings {
  readonly enabled: boolean;
  /** Milliseconds between the last keystroke and the judgement. */
  readonly delay: number;
  /** By rule such as RSK001, by group such as RSK, or for all by `*`; the closest counts. */
  readonly severity: ReadonlyMap<string, ShownSeverity>;
}

export const defaultSettings: Settings = { enabled: true, delay: 150, severity: new Map() };

/** The letters of a rule, which it shares with its kin. */
export function groupOf(rule: string): string {
  return rule.replace(/\d+$/, '');
}

const severityKeys = new Set(['*', ...[...rules.keys()].flatMap((rule) => [rule, groupOf(rule)])]);

/**
 * Reads the section `strategyLab.guardian` as an editor sends it. What is wrong in it counts as not set, and
 * `tell` is given a sentence on it. Never throws.
 */
export function readSettings(value: unknown, tell: (sentence: string) => void): Settings {
  if (value === undefined || value === null) return defaultSettings;
  if (!isRecord(value)) {
    tell(`The setting ${guardianSection} is ${shown(value)} and no object, so it is ignored.`);
    return defaultSettings;
  }
  return {
    enabled: readEnabled(value['enabled'], tell),
    delay: readDelay(value['delay'], tell),
    severity: readSeverities(value['severity'], tell),
  };
}

function readEnabled(value: unknown, tell: (sentence: string) => void): boolean {
  if (typeof value === 'boolean') return value;
  if (isSet(value))
    tell(`The setting ${guardianSection}.enabled is ${shown(value)}; it takes true or false.`);
  return defaultSettings.enabled;
}

function readDelay(value: unknown, tell: (sentence: string) => void): number {
  const delay = guardianDelaySchema.safeParse(value);
  if (delay.success) return delay.data;
  if (isSet(value)) {
    tell(
      `The setting ${guardianSection}.delay is ${shown(value)}; it takes whole milliseconds from 0 to 5000.`,
    );
  }
  return defaultSettings.delay;
}

function readSeverities(
  value: unknown,
  tell: (sentence: string) => void,
): ReadonlyMap<string, ShownSeverity> {
  const severities = new Map<string, ShownSeverity>();
  if (!isSet(value)) return severities;
  const name = `The setting ${guardianSection}.severity`;
  if (!isRecord(value)) {
    tell(`${name} is ${shown(value)}; it takes an object of rules and severities.`);
    return severities;
  }
  for (const [key, entry] of Object.entries(value)) {
    const severity = shownSeveritySchema.safeParse(entry);
    if (!severityKeys.has(key)) {
      tell(`${name} names ${shown(key)}; it takes rules such as RSK001, groups such as RSK, and *.`);
    } else if (!severity.success) {
      const known = shownSeveritySchema.options.join(', ');
      tell(`${name} gives ${key} the severity ${shown(entry)}; it takes one of ${known}.`);
    } else severities.set(key, severity.data);
  }
  return severities;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
