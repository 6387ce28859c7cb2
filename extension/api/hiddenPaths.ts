import { homedir } from 'node:os';
import { dirname, posix, win32 } from 'node:path';
import { LabError } from '../contracts/errors.ts';

/** Shows a guest what the lab says, without where on the owner's machine anything lies. */
export interface PathHider {
  /** JSON with files by their place in the workspace, or by their names alone where they lie elsewhere. */
  value(shown: unknown): unknown;
  text(shown: string): string;
  /** An error as it may be told; what is none of the lab's stays as it is, and tells nothing anyway. */
  error(shown: unknown): unknown;
}

/** Fields that name a file, wherever it lies. */
const fileFields: ReadonlySet<string> = new Set(['file', 'path', 'folder', 'strategy_file', 'report_file']);
/** What the caller wrote is given back as it came. */
const ownText: ReadonlySet<string> = new Set(['source', 'idea']);

/**
 * @param labFolder the lab's own folder, which lies in the workspace
 * @param strategiesFolder files of it go by their names alone, as callers give them
 * @param home left out: that of the person who runs this program
 */
export function pathHider(labFolder: string, strategiesFolder: string, home = homedir()): PathHider {
  const places = [
    { folder: strategiesFolder, inside: '', self: 'strategies' },
    { folder: dirname(labFolder), inside: '', self: '.' },
    { folder: home, inside: '~/', self: '~' },
  ]
    .filter(({ folder }) => folder.length > 1 && folder !== win32.parse(folder).root)
    .map(({ folder, ...shownAs }) => ({ ...shownAs, form: formOf(folder) }));
  const text = (shown: string): string =>
    places.reduce(
      (hidden, { form, inside, self }) =>
        hidden.replace(form, (_whole, separator) => (separator === undefined ? self : inside)),
      shown,
    );
  const file = (shown: string): string => {
    const hidden = text(shown);
    const isAbsolute = posix.isAbsolute(hidden) || win32.isAbsolute(hidden);
    return isAbsolute || hidden.startsWith('~') ? win32.basename(hidden) : hidden;
  };
  const value = (shown: unknown, field = ''): unknown => {
    if (typeof shown === 'string') {
      if (ownText.has(field)) return shown;
      return fileFields.has(field) ? file(shown) : text(shown);
    }
    if (Array.isArray(shown)) return shown.map((entry) => value(entry, field));
    if (typeof shown !== 'object' || shown === null) return shown;
    return Object.fromEntries(Object.entries(shown).map(([name, entry]) => [name, value(entry, name)]));
  };
  return {
    value: (shown) => value(shown),
    text,
    error(shown) {
      if (!LabError.is(shown)) return shown;
      const { reason, message, action, cause } = shown;
      const more = { ...(action !== undefined && { action: text(action) }), cause };
      return new LabError(reason, text(message), more);
    },
  };
}

/** A folder's path and the separator behind it, and no path that merely begins alike. */
function formOf(folder: string): RegExp {
  return new RegExp(`${folder.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?:([/\\\\])|(?!\\w))`, 'g');
}

/** What the owner of the lab is shown: all, as it is. */
export const nothingHidden: PathHider = {
  value: (shown) => shown,
  text: (shown) => shown,
  error: (shown) => shown,
};
