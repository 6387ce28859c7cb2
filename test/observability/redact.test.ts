import { expect, test } from 'vitest';
import { redact } from '../../extension/observability/redact.ts';

const secrets = [
  ['api_key=abc123def456', 'abc123def456'],
  ['{"apiKey":"abc123def456","other":1}', 'abc123def456'],
  ['Authorization: Bearer abc.def.ghi', 'abc.def.ghi'],
  ['password: hunter2, next', 'hunter2'],
  ['a token = t0k3n', 't0k3n'],
  ['https://user:pa55@host/path', 'pa55'],
  ['sk-ant-0123456789abcdefXYZ is a key', '0123456789abcdefXYZ'],
  ['ghp_0123456789abcdefghij0123', 'ghp_0123456789abcdefghij0123'],
  ['eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl', 'c2lnbmF0dXJl'],
  ['AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI', 'wJalrXUtnFEMI'],
  ['secretKey: "s3cr3tvalue"', 's3cr3tvalue'],
  ['passwd=hunter2', 'hunter2'],
  ['{\\"apiKey\\":\\"abc123def456\\"}', 'abc123def456'],
  ['https://api.telegram.org/bot123456:AAbbCCdd-EE/getMe', 'AAbbCCdd-EE'],
  ['-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----', 'MHcCAQEE'],
] as const;

test.each(secrets)('a secret in the text %j does not reach the log', (text, secret) => {
  expect(redact(text)).not.toContain(secret);
});

test.each([
  'Run 7fa216883c waits for review.',
  'strategy.threw at /home/a/x.strategy.ts:12:3, bar 1204',
  'Sharpe 1.04, drawdown 24.79%',
  'https://example.org:8080/path?x=1',
])('an ordinary line stays as it is: %j', (text) => {
  expect(redact(text)).toBe(text);
});
