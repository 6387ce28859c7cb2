import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StrategyLanguage } from '../../../extension/contracts/strategyLanguage.ts';
import { FindingsReader } from '../../../sandbox/forensics/findings.ts';
import { watchedCalls } from '../../../sandbox/forensics/rules.ts';
import { parseTraceLine } from '../../../sandbox/forensics/straceLog.ts';

const clock = 'I1126 03:55:18.462959   12663';

/** A line of gVisor's log. */
function traced(text: string, ids = '[   1:   1]'): string {
  return `${clock} strace.go:570] ${ids} ${text}`;
}

function findingsOf(...lines: readonly string[]) {
  return findingsIn('javascript', lines);
}

function findingsIn(language: StrategyLanguage, lines: readonly string[]) {
  const reader = new FindingsReader(language);
  for (const line of lines) reader.take(line);
  return reader.finish();
}

function kindsOf(...calls: readonly string[]): string[] {
  return findingsOf(...calls.map((call) => traced(`node E ${call}`))).findings.map(({ kind }) => kind);
}

const thread =
  'CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM|CLONE_SETTLS|CLONE_PARENT_SETTID';

describe('what honest runners do is no finding', () => {
  it.each([
    'openat(AT_FDCWD /, 0x7f580eabaa60 /lib/x86_64-linux-gnu/libm.so.6, O_RDONLY|O_CLOEXEC, 0o0)',
    'openat(AT_FDCWD /, 0x7f441f9d00b1 /etc/ld.so.cache, O_RDONLY|O_CLOEXEC, 0o0)',
    'openat(AT_FDCWD /, 0x6c46290 /etc/ssl/openssl.cnf, O_RDONLY|0x0, 0o0)',
    'openat(AT_FDCWD /, 0x6c20d10 /runner.snapshot, O_RDONLY|0x0, 0o0)',
    'openat(AT_FDCWD /, 0x3e14f92 /proc/self/cgroup, O_RDONLY|O_CLOEXEC, 0o0)',
    'openat(AT_FDCWD /, 0x3e14f92 /proc/1/maps, O_RDONLY|O_CLOEXEC, 0o0)',
    'openat(AT_FDCWD /, 0x3e15078 /sys/fs/cgroup/memory/memory.limit_in_bytes, O_RDONLY|O_CLOEXEC, 0o0)',
    'openat(AT_FDCWD /, 0x322f937 /dev/null, O_RDWR|O_CLOEXEC, 0o0)',
    'openat(AT_FDCWD /, 0x7f00 /lab, O_RDONLY|O_CLOEXEC|O_DIRECTORY|O_NONBLOCK, 0o0)',
    'openat(0x5 /usr/lib/python3.11, 0x7f00 json, O_RDONLY|O_CLOEXEC, 0o0)',
    'prctl(0xf, 0x7f580eabb720, 0x0, 0x657268546e69614d, 0x4)',
    `clone(${thread}, 0x7f4ef0bffdb0, 0x7f4ef0c00990, 0x7f4ef0c00990, 0x7f4ef0c006c0)`,
    'clone3(0x7f580eabb3e0, 0x58)',
    'io_uring_setup(0x100, 0x7f64e3264890)',
    'mprotect(0x7f64e3264000, 0x1000, 0x5)',
    'tgkill(0x1, 0x1, SIGABRT)',
    'newfstatat(AT_FDCWD /, 0x7f64e3263d40 /usr/lib/python3.11/os.py, 0x7f64e3263e00, 0x0)',
  ])('%s', (call) => {
    expect(kindsOf(call)).toEqual([]);
  });
});

it('the one process that Python tries to start while it imports pandas is no finding, and any more are', () => {
  const fork = 'clone(CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|0x11, 0x0, 0x0, 0x7f3a8cb20310, 0x0)';
  const refused = (call: string) => [
    traced(`python3 E ${call}`),
    traced(`python3 X ${call} = 0 (0x0) errno=11 (try again) (100.228µs)`),
  ];
  const once = [...refused('vfork()'), ...refused(fork)];
  expect(findingsIn('python', once).findings).toEqual([]);
  expect(findingsIn('javascript', once).findings).toMatchObject([{ kind: 'process', count: 2, refused: 2 }]);
  expect(findingsIn('python', [...once, ...once, ...once]).findings).toMatchObject([{ count: 6 }]);
  const made = [traced(`python3 E ${fork}`), traced(`python3 X ${fork} = 7 (0x7) (1µs)`)];
  expect(findingsIn('python', made).findings).toMatchObject([{ kind: 'process', count: 1, refused: 0 }]);
});

describe('what no honest strategy does is a finding', () => {
  it.each([
    ['program', 'execve(0x6d1e570 /bin/sh, 0x6d1f950 ["/bin/sh", "-c", "id"], 0x6dbc500 ["PATH=/bin"])'],
    ['process', 'clone(CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|0x11, 0x0, 0x0, 0x7f4ef1240010, 0x0)'],
    ['process', 'vfork()'],
    ['namespace', `clone(${thread}|CLONE_NEWUSER, 0x0, 0x0, 0x0, 0x0)`],
    ['namespace', 'unshare(0x10000000)'],
    ['network', 'socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, IPPROTO_IP)'],
    ['network', 'connect(0x19 socket:[9], 0x7f58 {Family: AF_INET, Addr: 127.0.0.1, Port: 53}, 0x10)'],
    ['file-read', 'openat(AT_FDCWD /, 0x7f580eab9c28 /etc/shadow, O_RDONLY|O_CLOEXEC, 0o0)'],
    ['file-read', 'openat(AT_FDCWD /, 0x7f580eab9c28 /usr/../etc/shadow, O_RDONLY|O_CLOEXEC, 0o0)'],
    ['file-read', 'openat(0x5 /usr/lib, 0x7f58 ../../etc/shadow, O_RDONLY|O_CLOEXEC, 0o0)'],
    ['file-read', 'openat(AT_FDCWD /, 0x7f580eab9c28 /proc/7/maps, O_RDONLY|O_CLOEXEC, 0o0)'],
    ['file-read', 'openat(AT_FDCWD /, 0x7f580eab9c28 /proc/self/mem, O_RDONLY|O_CLOEXEC, 0o0)'],
    ['file-read', 'access(0x7f580eab9c28 /var/run/docker.sock, 0o0)'],
    ['file-write', 'openat(AT_FDCWD /, 0x7f58 /tmp/a, O_WRONLY|O_CLOEXEC|O_CREAT|O_TRUNC, 0o666)'],
    ['file-write', 'openat(AT_FDCWD /, 0x7f58 /usr/lib/a, O_RDWR|O_CLOEXEC, 0o0)'],
    ['file-write', 'symlink(0x7f580eab98e8 /etc/shadow, 0x7f580eab9d08 /tmp/l)'],
    ['signal', 'kill(0x1, SIGUSR1)'],
    ['signal', 'tgkill(0x7, 0x7, SIGKILL)'],
    ['trace', 'ptrace(PTRACE_ATTACH, 0x1, 0x0, 0x0)'],
    ['mount', 'mount(0x0, 0x7f00 /mnt, 0x0, 0x0, 0x0)'],
    ['privilege', 'prctl(0x59616d61, 0xffffffffffffffff, 0x0, 0x0, 0x0)'],
    ['privilege', 'setuid(0x0)'],
    ['kernel', 'bpf(0x0, 0x7f00, 0x10)'],
    ['memory-file', 'memfd_create(0x7f00, 0x1)'],
  ])('%s: %s', (kind, call) => {
    expect(kindsOf(call)).toEqual([kind]);
    expect(watchedCalls).toContain(/^[a-z_0-9]+/.exec(call)?.[0]);
  });

  it('counts the calls of a kind, and those that the sandbox refused', () => {
    const call = 'connect(0x19 socket:[9], 0x7f58 {Family: AF_INET, Addr: 10.0.0.1, Port: 80}, 0x10)';
    const end = `X ${call} = 0 (0x0)`;
    const { calls, findings } = findingsOf(
      traced(`node E ${call}`, '[   1:   1]'),
      traced(`node E ${call}`, '[   1:   2]'),
      traced(`node ${end} errno=101 (network is unreachable) (12.3µs)`, '[   1:   1]'),
      traced(`node ${end} errno=115 (operation now in progress) (1.2ms)`, '[   1:   2]'),
      traced('node E getpid()', '[   1:   1]'),
    );
    expect(calls).toBe(3);
    expect(findings).toEqual([
      {
        kind: 'network',
        count: 2,
        refused: 1,
        examples: ['connect(0x19 socket:[9], {Family: AF_INET, Addr: 10.0.0.1, Port: 80}, 0x10)'],
      },
    ]);
  });
});

describe('a sandbox that writes into its own trace', () => {
  it.each(['E', 'X', ' E a(', 'a E openat(', ' X close(0x1)', 'E execve(', ' E close(', '\u202eabc'])(
    'hides no call behind a thread named %j',
    (name) => {
      const line = traced(`${name} E execve(0x6d1e570 /bin/sh, 0x0, 0x0)`);
      expect(parseTraceLine(line)?.call).toBe('execve');
    },
  );

  it('hides no call behind a line feed in the name of a thread', () => {
    const { findings } = findingsOf(traced('a'), 'b E kill(0x1, SIGUSR1)', traced('node E getpid()'));
    expect(findings.map(({ kind }) => kind)).toEqual(['signal']);
  });

  it('hides no file behind a path that reads as flags', () => {
    const path = '/etc/shadow, O_RDONLY, 0o0) = 3 (0x3) (1µs)';
    expect(kindsOf(`openat(AT_FDCWD /, 0x7f00 ${path}, O_WRONLY|O_CREAT, 0o600)`)).toEqual(['file-write']);
  });

  it('shows none of its control characters and none of its length', () => {
    const text = `symlink(0x7f00 /\u001b[31m\u202e${'x'.repeat(5000)}, 0x7f01 /tmp/l)`;
    const [finding] = findingsOf(traced(`node E ${text}`)).findings;
    expect(finding?.examples[0]).toMatch(/^symlink\(\/ \[31m x+\.\.\.$/);
    expect(finding?.examples[0]?.length).toBeLessThan(300);
  });

  it('keeps five calls of a kind, however many it makes', () => {
    const lines = Array.from({ length: 10_000 }, (_, n) =>
      traced(`node E kill(0x${n.toString(16)}, SIGTERM)`),
    );
    const [finding] = findingsOf(...lines).findings;
    expect(finding).toMatchObject({ count: 10_000 });
    expect(finding?.examples).toHaveLength(5);
  });

  it('ends no reader, whatever its lines hold', () => {
    const head = fc.constantFrom(clock, traced('node E '), traced('node X '), traced('node E openat('), '');
    const lines = fc.array(fc.tuple(head, fc.string({ unit: 'binary' })).map((parts) => parts.join('')));
    fc.assert(
      fc.property(lines, (text) => {
        const { findings } = findingsOf(...text);
        for (const { examples } of findings) {
          for (const example of examples) expect(example).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        }
      }),
    );
  });
});
