import { LabError } from '../../../contracts/errors.ts';

/** What a server answers with, by its first word, and what that means for the lab. */
const meanings: readonly (readonly [begins: RegExp, sentence: string, action: string])[] = [
  [
    /^GONE/,
    'lost what it had: it is empty, or another one than before',
    'Bring its data back from the append-only file or a backup, or restart Strategy Lab to begin with what is there.',
  ],
  [
    /^(WRONGPASS|NOAUTH)|^ERR invalid password|^ERR AUTH/,
    'refused the name or the password',
    'Check both in the address redis://NAME:PASSWORD@HOST:PORT.',
  ],
  [
    /^NOPERM/,
    'does not let this user do what Strategy Lab needs',
    'Give the user the rights to all commands, keys and channels under the prefix, scripts included.',
  ],
  [
    /^OOM/,
    'has no memory left and takes nothing more',
    'Raise its maxmemory, or wait until tasks that ended are forgotten.',
  ],
  [
    /^MISCONF/,
    'cannot write to its disk and takes nothing more',
    "Look into the server's log and make room on its disk.",
  ],
  [/^no answer in/, 'does not answer', 'Check that it runs and is not stopped or cut off, and try again.'],
  [/^READONLY/, 'is a replica, which takes nothing', 'Give the address of the primary server.'],
  [/^LOADING/, 'still loads its data', 'Try again when it is done.'],
  [
    /^(MOVED|CROSSSLOT|CLUSTERDOWN)/,
    'is part of a cluster and does not keep this prefix',
    'Give the address of the node that the detail names.',
  ],
  [
    /certificate|SELF_SIGNED|UNABLE_TO_VERIFY/,
    'showed a certificate that this machine does not trust',
    "Let NODE_EXTRA_CA_CERTS name the file of its certificate authority, and give the host's name as the certificate has it.",
  ],
];

/** A failed command, or connection, in terms of the server at `place`. */
export function redisError(place: string, error: unknown): LabError {
  const detail = detailOf(error);
  const known = meanings.find(([begins]) => begins.test(detail));
  const [, sentence = 'failed', action = 'Check that it runs and can be reached, and try again.'] =
    known ?? [];
  return new LabError('queue.unavailable', `The Redis server at ${place} ${sentence}: ${detail}.`, {
    action,
    cause: error,
  });
}

/** True for an answer that tells that the data of the queue, or of the log, is gone. */
export function isGone(error: unknown): boolean {
  return LabError.is(error, 'queue.unavailable') && detailOf(error.cause).startsWith('GONE');
}

/** True for an answer that tells that there is no memory for it. */
export function isOutOfMemory(error: unknown): boolean {
  return LabError.is(error, 'queue.unavailable') && detailOf(error.cause).startsWith('OOM');
}

/** The innermost message: a connection that is given up hides why. */
function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = 'lastNodeError' in error ? error.lastNodeError : undefined;
  const text = inner instanceof Error ? inner.message : error.message;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // A script's own error ends with where in the script it was.
  return text === '' ? code : text.replace(/( script: [0-9a-f]{40}, on @user_script:\d+)?\.?$/, '');
}
