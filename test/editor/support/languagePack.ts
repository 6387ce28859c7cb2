import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Makes VS Code take a language for installed: it finds the languages in this list in its data folder. The
 * pack itself is empty: VS Code's own texts stay English, and extensions show theirs.
 */
export async function addLanguagePack(language: string, dataFolder: string): Promise<void> {
  const texts = join(dataFolder, `language-pack-${language}.json`);
  await writeFile(texts, JSON.stringify({ contents: {} }));
  const pack = {
    hash: language,
    label: language,
    extensions: [{ extensionIdentifier: { id: `tests.language-pack-${language}` }, version: '1.0.0' }],
    translations: { vscode: texts },
  };
  await writeFile(join(dataFolder, 'languagepacks.json'), JSON.stringify({ [language]: pack }));
}
