import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { guard } from '../../language-server/guardian/guard.ts';
import { LabError } from '../contracts/errors.ts';
import type { Finding } from '../contracts/guardian.ts';
import { strategyFileName } from '../contracts/languageServer.ts';
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

/** The files that paths mean: of a folder all strategy files in it, except in hidden folders and packages. */
async function filesOf(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const isFolder = await stat(path).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
    if (isFolder) files.push(...(await strategiesIn(path)));
    else files.push(path);
  }
  return [...new Set(files)];
}

async function strategiesIn(folder: string): Promise<string[]> {
  const files: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!entry.name.startsWith('.') && entry.name !== 'node_modules')
        files.push(...(await strategiesIn(path)));
    } else if (strategyFileName.test(entry.name)) files.push(path);
  }
  return files;
}

/**
 * Judges strategy files, and those in folders; true when none has an error.
 * @throws LabError `not-found` where there is no strategy file
 */
export async function guardCommand(terminal: Terminal, paths: readonly string[]): Promise<boolean> {
  const findings: (Finding & { file: string })[] = [];
  const files = await filesOf(paths);
  if (files.length === 0) {
    throw new LabError('not-found', `There is no strategy file in ${paths.join(', ')}.`, {
      action:
        'Strategy files end in .strategy.ts, .strategy.js or .strategy.py; another file is judged by its own path.',
    });
  }
  for (const file of files) {
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
  terminal.say(`Files: ${files.length}. Errors: ${errors}. Warnings and remarks: ${others}.`);
  return errors === 0;
}
