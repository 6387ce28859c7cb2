import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildManifest } from './manifest.ts';

/* `npm run manifest`: writes the contributions into package.json, and the English texts beside it. */
const file = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const write = (name: string, content: unknown): void =>
  writeFileSync(file(name), `${JSON.stringify(content, null, 2)}\n`);

const { texts, ...manifest } = buildManifest();
write('package.json', { ...JSON.parse(readFileSync(file('package.json'), 'utf8')), ...manifest });
write('package.nls.json', texts);
