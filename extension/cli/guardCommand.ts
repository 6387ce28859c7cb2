import { readFile } from 'node:fs/promises';
import { guard } from '../../language-server/guardian/guard.ts';
import { LabError } from '../contracts/errors.ts';
import type { Finding } from '../contracts/guardian.ts';
import { languageOfFile } from '../contracts/strategyLanguage.ts';
import type { Terminal } from './terminal.ts';

/** Reads a strategy file. @throws LabError `not-found`, `strategy.syntax` for what is no text */
export async function readStrategy(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new LabError('not-found', `The strategy file ${path} cannot be read.`, {
      action: 'Check its path; a folder is no strategy file.',
      cause,
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new LabError('strategy.syntax', `The strategy file ${path} is not UTF-8 text.`, {
      action: 'Save it as UTF-8.',
      cause,
    });
  }
}

/** Judges strategy files; true when none has an error. */
export async function guardCommand(terminal: Terminal, paths: readonly string[]): Promise<boolean> {
  const findings: (Finding & { file: string })[] = [];
  for (const file of paths) {
    const source = await readStrategy(file);
    findings.push(
      ...guard(source, { author: 'person', language: languageOfFile(file) }).map((finding) => ({
        ...finding,
        file,
      })),
    );
  }
  terminal.document({ findings });
  for (const { file, line, column, severity, rule, message, advice } of findings) {
    terminal.say(`${file}:${line}:${column} ${severity} ${rule} ${message} ${advice}`);
  }
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const others = findings.length - errors;
  terminal.say(`Files: ${paths.length}. Errors: ${errors}. Warnings and remarks: ${others}.`);
  return errors === 0;
}
