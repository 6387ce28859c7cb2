import type { StrategyAbuse } from './strategyAbuses.ts';

/** Says that what was tried came through. */
const cameThrough = 'came through';

/** Code that must be refused; where it is not, the run ends with an error that says so. */
function refused(code: string): Pick<StrategyAbuse, 'next' | 'ends' | 'cameThrough'> {
  const next = `try:
    got = ${code}
except Exception:
    got = None
if got is not None:
    raise RuntimeError('${cameThrough}: ' + str(got)[:60])`;
  return { next, ends: ['done'], cameThrough };
}

const threw = ['strategy.threw'] as const;
const ended = ['sandbox.timeout'] as const;
const tooMuch = ['sandbox.memory', 'sandbox.timeout', 'sandbox.crash', 'strategy.threw'] as const;

/**
 * What a strategy in Python can try, as one that has opened the whole process: in Python nothing but the sandbox
 * is a boundary.
 */
export const pythonAbuses: readonly StrategyAbuse[] = [
  {
    id: 'python-loop',
    threat: 'denial of service',
    tried: 'an endless loop in Python, deaf to signals',
    next: `signal = load('signal')
for number in range(1, 60):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    pass`,
    ends: ended,
  },
  {
    id: 'python-regular-expression',
    threat: 'denial of service',
    tried: 'a regular expression of unbounded cost in Python',
    next: "load('re').match('(a+)+$', 'a' * 60 + 'b')",
    ends: ended,
  },
  {
    id: 'python-channel-flood',
    threat: 'denial of service',
    tried: 'answers to the host without an end from Python',
    next: "while True:\n    channel.write(b'\\x00' * 1_000_000)",
    ends: ['sandbox.protocol', 'sandbox.output'],
  },
  {
    id: 'python-exit',
    threat: 'denial of service',
    tried: 'an end with success in the middle of a run in Python',
    next: 'os._exit(0)',
    ends: ['sandbox.early-exit'],
  },
  {
    id: 'python-log-flood',
    threat: 'denial of service',
    tried: '64 MB of log from Python',
    next: "for _ in range(1000):\n    lab.log('x' * 1000)",
    ends: ['log-dropped'],
  },
  {
    id: 'python-memory',
    threat: 'resource starvation',
    tried: 'memory without an end from Python',
    next: "kept = []\nwhile True:\n    kept.append(b'x' * 9_000_000)",
    ends: tooMuch,
  },
  {
    id: 'python-processes',
    threat: 'resource starvation',
    tried: 'processes without an end from Python',
    next: 'while True:\n    os.fork()',
    ends: [...tooMuch, 'sandbox.protocol', 'sandbox.output'],
  },
  {
    id: 'python-disk',
    threat: 'resource starvation',
    tried: 'to fill the disk from Python',
    next: `for number in range(64):
    with modules['builtins'].open('/tmp/x' + str(number), 'wb') as file:
        file.write(b'x' * 1_000_000)`,
    ends: ['strategy.threw', 'sandbox.crash', 'sandbox.memory'],
  },
  {
    id: 'python-shell',
    threat: 'command injection',
    tried: 'to start a shell from Python',
    ...refused("load('subprocess').run(['/bin/sh', '-c', 'id'])"),
  },
  {
    id: 'python-library',
    threat: 'command injection',
    tried: 'to start a program by way of the C library',
    ...refused("load('ctypes').CDLL(None).system(b'exit 0') == 0 or None"),
    ends: ['done', 'sandbox.crash'],
  },
  {
    id: 'python-passwords',
    threat: 'credential theft',
    tried: 'to read the passwords of the system from Python',
    ...refused("modules['builtins'].open('/etc/shadow').read()"),
  },
  {
    id: 'python-environment',
    threat: 'credential theft',
    tried: 'to read secrets in the environment of Python',
    ...refused(
      "sorted(set(os.environ) - set('PATH HOSTNAME HOME TZ PYTHONHASHSEED OPENBLAS_NUM_THREADS LC_CTYPE'.split())) or None",
    ),
  },
  {
    id: 'python-internet',
    threat: 'credential theft',
    tried: 'to connect to the internet from Python',
    ...refused("load('socket').create_connection(('93.184.216.34', 80), 1)"),
  },
  {
    id: 'python-docker-socket',
    threat: 'sandbox escape',
    tried: 'to connect to the socket of Docker from Python',
    ...refused(
      "(lambda s: (s.connect('/var/run/docker.sock'), 1))(load('socket').socket(load('socket').AF_UNIX))",
    ),
  },
  {
    id: 'python-root-folder',
    threat: 'sandbox escape',
    tried: 'to write into the root folder from Python',
    ...refused("modules['builtins'].open('/audit', 'w')"),
  },
  {
    id: 'python-runner',
    threat: 'sandbox escape',
    tried: 'to change the runner from Python',
    ...refused("modules['builtins'].open('/lab/main.py', 'a')"),
  },
  {
    id: 'python-cash',
    threat: 'look-ahead',
    tried: 'a result that its orders do not give, in Python',
    next: `core._sets[0][0].portfolio.account.cash = 1e9
if lab.position.is_flat:
    lab.orders.buy(units=1000)`,
    ends: ['sandbox.tampered'],
  },
  {
    id: 'python-clock',
    threat: 'look-ahead',
    tried: 'the time of the day in Python',
    next: '__import__("time").time()',
    ends: threw,
  },
];

/** What opens the whole process to a strategy: `system` is the module sys. */
const breakOut = `
def opened():
    for kind in ().__class__.__base__.__subclasses__():
        if kind.__name__ == '_wrap_close':
            return kind.__init__.__globals__['sys']
modules = opened().modules
os = modules['os']
load = modules['builtins'].__import__
channel = modules['__main__'].channel
core = modules['__main__'].core
`;

/** The whole file of an abuse. */
export function pythonSourceOf({ next = '' }: StrategyAbuse): string {
  return `from strategy_lab import Strategy
${breakOut}
class Abuse(Strategy):
    name = 'Abuse'

    def next(self, lab):
${next
  .split('\n')
  .map((line) => `        ${line}`)
  .join('\n')}
`;
}
