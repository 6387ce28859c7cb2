import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { LabError } from '../../extension/contracts/errors.ts';
import { dockerAddress } from '../../sandbox/dockerAddress.ts';
import { callDocker, connectDocker } from '../../sandbox/dockerApi.ts';
import { failureOf } from './support.ts';

afterEach(() => vi.unstubAllEnvs());

describe('the daemon that DOCKER_HOST names', () => {
  test.each([
    ['tcp://far:4000', {}, { host: 'far', port: '4000', protocol: 'http' }],
    ['far:4000', {}, { host: 'far', port: '4000', protocol: 'http' }],
    ['tcp://far', {}, { host: 'far', port: '2375', protocol: 'http' }],
    ['tcp://far', { DOCKER_TLS_VERIFY: 'yes' }, { host: 'far', port: '2376', protocol: 'https' }],
    ['https://far:4000', {}, { host: 'far', port: '4000', protocol: 'https' }],
    ['tcp://far:2376', {}, { host: 'far', port: '2376', protocol: 'https' }],
    ['tcp://[::1]:4000', {}, { host: '[::1]', port: '4000', protocol: 'http' }],
    ['unix:///run/docker.sock', {}, {}],
    ['', {}, {}],
  ])('%s with %j is found as the programs of Docker find it', (named, rest, address) => {
    expect(dockerAddress({ DOCKER_HOST: named, ...rest })).toEqual(address);
  });

  test.each(['nonsense host', 'tcp://', 'http://far:99999', 'ftp://far'])('%j is refused', (named) => {
    expect(() => dockerAddress({ DOCKER_HOST: named })).toThrow(
      'DOCKER_HOST is no address of a Docker daemon.',
    );
  });

  test('ssh is refused with the command that forwards the socket', () => {
    let action: string | undefined;
    try {
      dockerAddress({ DOCKER_HOST: 'ssh://me@far:22' });
    } catch (error) {
      action = LabError.is(error) ? error.action : undefined;
    }
    expect(action).toContain('ssh -NL /tmp/docker.sock:/var/run/docker.sock ssh://me@far:22');
  });
});

describe('a client', () => {
  const ping = (socketPath?: string) => {
    const docker = connectDocker(socketPath);
    return failureOf(callDocker('be reached', () => docker.ping()));
  };

  test('of an address that is none fails at its calls, and not when the lab is opened', async () => {
    for (const [name, value, text] of [
      ['DOCKER_HOST', 'nonsense host', 'DOCKER_HOST is no address'],
      ['DOCKER_CERT_PATH', '/nowhere', "no such file or directory, open '/nowhere/ca.pem'"],
    ] as const) {
      vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1');
      vi.stubEnv(name, value);
      const failure = await ping();
      expect(failure).toMatchObject({ reason: 'sandbox.unavailable' });
      expect(failure.message).toContain(text);
      expect(failure.action).toBeTruthy();
    }
  });

  test('of a socket that was named asks there, whatever DOCKER_HOST says', async () => {
    vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1');
    expect((await ping('/nowhere/docker.sock')).message).toContain('/nowhere/docker.sock');
  });

  test('of a daemon that wants TLS tells which variables to set', async () => {
    const server = createServer((_, response) => {
      response.statusCode = 400;
      response.end('Client sent an HTTP request to an HTTPS server.\n');
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => void server.close());
    vi.stubEnv('DOCKER_HOST', `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const failure = await ping();
    expect(failure.message).toMatch(/HTTPS server\.$/);
    expect(failure.message).not.toMatch(/\.\.$/);
    expect(failure.action).toContain('DOCKER_TLS_VERIFY=1');
  });
});
