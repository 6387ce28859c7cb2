import * as z from 'zod';
import { runFindingSchema } from './guardian.ts';
import { strategyEndings } from './strategyLanguage.ts';

/*
 * What the language server and its client say to each other beyond the Language Server Protocol.
 */

/** The strategy files of a folder, as a glob. */
export const strategyFilesGlob = `**/*.strategy.{${strategyEndings.join(',')}}`;

/** A path or URI of a strategy file. */
export const strategyFileName = new RegExp(`\\.strategy\\.(?:${strategyEndings.join('|')})$`);

/** The section of the settings below, which each file has of its own. */
export const guardianSection = 'strategyLab.guardian';

/** How the editor can be told to show a finding; `off` hides it there, and nowhere else. */
export const shownSeveritySchema = z.enum(['error', 'warning', 'information', 'hint', 'off']);
export type ShownSeverity = z.infer<typeof shownSeveritySchema>;

/** Milliseconds between the last keystroke and the judgement. */
export const guardianDelaySchema = z.int().min(0).max(5000);

/** Notification: the sources that an agent wrote; replaces what was said before. */
export const agentSourcesMethod = 'strategyLab/agentSources';
export const agentSourcesSchema = z.object({
  /** SHA-256 in hex of each whole text. */
  hashes: z.array(z.string()),
});

/** Notification: what the last runs of strategies showed, by the SHA-256 in hex of their text; replaces what was said before. */
export const runFindingsMethod = 'strategyLab/runFindings';
export const runFindingsSchema = z.object({
  runs: z.array(z.object({ codeHash: z.string(), findings: z.array(runFindingSchema) })),
});
export type RunFindings = z.infer<typeof runFindingsSchema>;

/** What the client may say when it starts the server. */
export const initializationOptionsSchema = z.object({
  agentSources: agentSourcesSchema.optional(),
  runFindings: runFindingsSchema.optional(),
});

/** Request: judge files, and publish what is found in them until they are judged anew. */
export const guardFilesMethod = 'strategyLab/guardFiles';
export const guardFilesRequestSchema = z.object({
  uris: z.array(z.string()),
  workDoneToken: z.union([z.string(), z.int()]).optional(),
});

/** How many findings a file has of each severity, whatever the editor is set to show. */
export const guardedFileSchema = z.object({
  uri: z.string(),
  errors: z.int(),
  warnings: z.int(),
  infos: z.int(),
  /** One sentence: why the file could not be judged. */
  problem: z.string().optional(),
});
export type GuardedFile = z.infer<typeof guardedFileSchema>;

export const guardFilesResultSchema = z.object({ files: z.array(guardedFileSchema) });
export type GuardFilesResult = z.infer<typeof guardFilesResultSchema>;
