import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildManifest } from './manifest.ts';

/*
 * `npm run manifest`: writes the contributions into package.json and the English texts beside it, puts the
 * Russian ones in the same order, and says which of them are missing or translate nothing any more.
 */
const file = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const read = (name: string) => JSON.parse(readFileSync(file(name), 'utf8'));
const write = (name: string, content: unknown): void =>
  writeFileSync(file(name), `${JSON.stringify(content, null, 2)}\n`);
const tell = (sentence: string): boolean => process.stderr.write(`${sentence}\n`);

const { texts, ...manifest } = buildManifest();
write('package.json', { ...read('package.json'), ...manifest });
write('package.nls.json', texts);

const russian: Readonly<Record<string, string>> = read('package.nls.ru.json');
const isTranslated = (key: string): boolean => Object.hasOwn(russian, key);
write(
  'package.nls.ru.json',
  Object.fromEntries(
    Object.keys(texts)
      .filter(isTranslated)
      .map((key) => [key, russian[key]]),
  ),
);
for (const [key, text] of Object.entries(texts)) {
  if (!isTranslated(key)) tell(`package.nls.ru.json lacks ${key}: ${text}`);
}
for (const [key, text] of Object.entries(russian)) {
  if (!Object.hasOwn(texts, key)) tell(`package.nls.ru.json had ${key}, which is no text any more: ${text}`);
}
