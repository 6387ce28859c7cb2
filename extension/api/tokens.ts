import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../contracts/errors.ts';
import { localTenant, type Scope, scopes } from './caller.ts';

const bytesOfToken = 32;
const tokenForm = /^[A-Za-z0-9_-]{43}$/;
export const tenantForm = /^[a-z0-9][a-z0-9-]{0,39}$/;

export interface Credential {
  readonly tenant: string;
  readonly scopes: ReadonlySet<Scope>;
}

export interface Tokens {
  /** File of the token of who owns the lab. */
  readonly tokenFile: string;
  /** The files of all tenants, by tenant. */
  readonly files: Readonly<Record<string, string>>;
  /** File of the token that reads the metrics and may do nothing else; null where none was asked for. */
  readonly scrapeTokenFile: string | null;
  /** Who a token belongs to; null for one that is none. Takes the same time for every token. */
  readonly identify: (token: string) => Credential | null;
}

/** The owner of the lab may do all; a guest may work, and change nothing of the whole. */
function scopesOf(tenant: string): ReadonlySet<Scope> {
  if (tenant === localTenant) return new Set(scopes);
  if (tenant === scraper) return new Set(['scrape']);
  return new Set(scopes.filter((scope) => scope !== 'control' && scope !== 'scrape'));
}

/** Who reads the metrics: no tenant can be called so. */
const scraper = '@metrics';
const onlyOwner = 0o600;
/**
 * Whoever is handed the file, as the user of a container, can read it. The folder lets no other user of this machine
 * come to it.
 */
const whoeverHasIt = 0o644;

/**
 * Opens the tokens of the tenants, a file each that only its owner can read, and on demand that of who reads the
 * metrics; makes those that are missing. A token
 * stays until its file is removed, so that callers are set up once and several programs may serve one lab.
 * @throws LabError `usage` for a name that is none, `journal.unavailable` where a file cannot be written
 */
export async function openTokens(
  folder: string,
  tenants: readonly string[] = [],
  { hasScraper = false }: { readonly hasScraper?: boolean } = {},
): Promise<Tokens> {
  const names = [...new Set([localTenant, ...tenants])];
  const wrong = names.find((name) => !tenantForm.test(name));
  if (wrong !== undefined) {
    throw new LabError('usage', `No tenant can be named "${wrong}".`, {
      action: 'Use small letters, digits and hyphens.',
    });
  }
  const place = join(folder, 'api');
  await mkdir(place, { recursive: true, mode: 0o700 });
  const files = Object.fromEntries(names.map((name) => [name, join(place, `${name}.token`)]));
  const scrapeTokenFile = hasScraper ? join(place, 'scrape-token') : null;
  const credential = async (tenant: string, path: string, mode: number) => ({
    tenant,
    scopes: scopesOf(tenant),
    hash: hashOf(await readOrMake(path, mode)),
  });
  const known = await Promise.all([
    ...names.map((tenant) => credential(tenant, files[tenant] as string, onlyOwner)),
    ...(scrapeTokenFile === null ? [] : [credential(scraper, scrapeTokenFile, whoeverHasIt)]),
  ]);
  return {
    scrapeTokenFile,
    tokenFile: files[localTenant] as string,
    files,
    identify(token) {
      const hash = hashOf(token);
      let found: Credential | null = null;
      for (const { hash: expected, ...owner } of known) {
        if (timingSafeEqual(hash, expected)) found = owner;
      }
      return found;
    },
  };
}

/** Hashes are of equal length, as a comparison in constant time needs it. */
function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

async function readOrMake(path: string, mode: number): Promise<string> {
  const kept = await readToken(path, mode);
  if (kept !== null) return kept;
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    const file = await open(draft, 'wx', onlyOwner);
    try {
      await file.writeFile(`${randomBytes(bytesOfToken).toString('base64url')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    // Takes its name whole, and never that of one which another program made meanwhile.
    await link(draft, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new LabError('journal.unavailable', `The token file ${path} cannot be written.`, {
        action: "Mend the permissions of the lab's folder.",
        cause,
      });
    }
  } finally {
    await rm(draft, { force: true });
  }
  const made = await readToken(path, mode);
  if (made !== null) return made;
  throw new LabError('journal.unavailable', `The token file ${path} holds no token.`, {
    action: 'Remove it and start again: a new one is made.',
  });
}

async function readToken(path: string, mode: number): Promise<string | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  const token = text?.trim() ?? '';
  if (!tokenForm.test(token)) return null;
  // Windows has no such bits: there the folder of the person protects it.
  if (process.platform !== 'win32' && ((await stat(path)).mode & 0o777) !== mode) await chmod(path, mode);
  return token;
}
