import { readFile, writeFile } from 'node:fs/promises';
import { LabError } from '../contracts/errors.ts';

/** Reads a text file that a person named by an option. @throws LabError `data.missing` */
export async function readText(path: string, option: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new LabError('data.missing', `${option}: the file ${path} could not be read.`, {
      action: 'Check its name and that you may read it.',
      place: { file: path },
      cause,
    });
  }
}

/** Writes a text file that a person named by an option, over one that is there. @throws LabError `usage` */
export async function writeText(path: string, text: string, option: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw new LabError('usage', `${option}: the file ${path} could not be written.`, {
      action: 'Check that its folder is there and that you may write to it.',
      place: { file: path },
      cause,
    });
  }
}
