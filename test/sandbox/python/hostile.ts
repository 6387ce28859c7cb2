import type { LabErrorReason } from '../../../extension/contracts/errors.ts';

export interface HostileStrategy {
  readonly name: string;
  /** Statements of next, called on every bar; what the break-out opens is at hand. */
  readonly next: string;
  /** How its run may end; `runs` for a run that is settled as any other. */
  readonly ends: readonly (LabErrorReason | 'runs')[];
  /** What its log may hold, line by line, where it runs. */
  readonly log?: RegExp;
}

/** Logs what became of one attempt, once. */
function attempt(statements: string): string {
  return `
if lab.bar.index == 5:
    try:
        lab.log('got ' + str(${statements}))
    except Exception as error:
        lab.log('refused ' + type(error).__name__)
`;
}

const refused = /^refused (\w+Error|timeout|gaierror|herror)$/;

/** What a hostile strategy tries when nothing has judged it, and how its run ends. */
export const hostileStrategies: readonly HostileStrategy[] = [
  // Reaching out
  {
    name: 'connects to the world',
    next: attempt("load('socket').create_connection(('1.1.1.1', 80), 2)"),
    ends: ['runs'],
    log: refused,
  },
  {
    name: 'connects to the host',
    next: attempt("load('socket').create_connection(('172.17.0.1', 2375), 2)"),
    ends: ['runs'],
    log: refused,
  },
  {
    name: 'asks for a name',
    next: attempt("load('socket').getaddrinfo('example.com', 80)"),
    ends: ['runs'],
    log: refused,
  },
  {
    name: "connects to Docker's socket",
    next: attempt("(lambda s: s.connect('/var/run/docker.sock'))(load('socket').socket(1, 1))"),
    ends: ['runs'],
    log: refused,
  },
  {
    name: 'starts a shell',
    next: attempt("load('subprocess').run(['/bin/sh', '-c', 'id'])"),
    ends: ['runs'],
    log: refused,
  },
  {
    name: 'starts Python',
    next: attempt("load('subprocess').run(['/usr/bin/python3', '-c', '1'], timeout=5).returncode"),
    ends: ['runs', 'sandbox.crash', 'sandbox.protocol'],
    log: /^(refused \w+|got \d+)$/,
  },
  {
    name: "calls the C library's system through ctypes",
    next: attempt("load('ctypes').CDLL(None).system(b'/bin/id > /tmp/id')"),
    ends: ['runs', 'sandbox.crash'],
    log: /^(got (-1|32512|256|127)|refused \w+)$/,
  },
  {
    name: "loads a library through numpy's ctypeslib",
    next: attempt("load('numpy').ctypeslib.load_library('libc.so.6', '/lib/x86_64-linux-gnu').getuid()"),
    ends: ['runs'],
    log: /^(got 65534|refused \w+)$/,
  },
  // Looking around
  {
    name: 'reads the shadow file',
    next: attempt("modules['builtins'].open('/etc/shadow').read()"),
    ends: ['runs'],
    log: refused,
  },
  {
    name: 'reads the users',
    next: attempt("modules['builtins'].open('/etc/passwd').read().count(':')"),
    ends: ['runs'],
    log: /^got 6$/,
  },
  {
    name: 'reads the environment',
    next: attempt(
      "sorted(set(os.environ) - {'PATH', 'HOSTNAME', 'HOME', 'TZ', 'PYTHONHASHSEED', 'OPENBLAS_NUM_THREADS', 'LC_CTYPE'})",
    ),
    ends: ['runs'],
    log: /^got \[\]$/,
  },
  {
    name: 'counts the processes that it sees',
    next: attempt("sum(name.isdigit() for name in os.listdir('/proc'))"),
    ends: ['runs'],
    log: /^got 1$/,
  },
  {
    name: "reads the memory of the container's init",
    next: attempt("modules['builtins'].open('/proc/1/mem', 'rb').read(16)"),
    ends: ['runs'],
    log: refused,
  },
  {
    name: 'looks for a device',
    next: attempt(
      "[name for name in os.listdir('/dev') if name.startswith(('sd', 'vd', 'nvme', 'mem', 'kvm'))]",
    ),
    ends: ['runs'],
    log: /^got \[\]$/,
  },
  {
    name: 'looks for rights',
    next: attempt(
      "[line.split()[1] for line in modules['builtins'].open('/proc/self/status') if line.startswith(('CapEff', 'CapBnd'))]",
    ),
    ends: ['runs'],
    log: /^got \['0000000000000000', '0000000000000000'\]$/,
  },
  // Leaving something behind
  {
    name: 'writes to the root',
    next: attempt("modules['builtins'].open('/x', 'w')"),
    ends: ['runs'],
    log: refused,
  },
  {
    name: 'changes the runner',
    next: attempt("modules['builtins'].open('/lab/main.py', 'a')"),
    ends: ['runs'],
    log: refused,
  },
  {
    name: 'mounts',
    next: attempt("load('ctypes').CDLL(None).mount(b'none', b'/tmp', b'tmpfs', 0, None)"),
    ends: ['runs', 'sandbox.crash'],
    log: /^(got -1|refused \w+)$/,
  },
  {
    name: 'fills the only writable folder',
    next: "with modules['builtins'].open('/tmp/x' + str(lab.bar.index), 'wb') as file:\n    file.write(b'x' * 1_000_000)",
    ends: ['strategy.threw', 'sandbox.crash', 'sandbox.memory'],
  },
  // Taking too much
  { name: 'loops without an end', next: 'while True:\n    pass', ends: ['sandbox.timeout'] },
  {
    name: 'computes a number that no one can',
    next: 'lab.log(str(10 ** 10 ** 9)[:1])',
    ends: ['sandbox.timeout', 'sandbox.memory', 'strategy.threw', 'sandbox.crash'],
  },
  {
    name: 'matches a pattern that takes for ever',
    next: "load('re').match('(a+)+$', 'a' * 60 + 'b')",
    ends: ['sandbox.timeout'],
  },
  {
    name: 'grows a text without an end',
    next: "text = 'x'\nwhile True:\n    text = text.replace('x', 'xx')",
    ends: ['sandbox.memory', 'strategy.threw', 'sandbox.timeout', 'sandbox.crash'],
  },
  {
    name: 'takes all memory',
    next: "kept = []\nwhile True:\n    kept.append(bytes(1_000_000) + b'x' * 9_000_000)",
    ends: ['sandbox.memory', 'strategy.threw'],
  },
  {
    name: 'forks without an end',
    next: 'while True:\n    os.fork()',
    ends: [
      'strategy.threw',
      'sandbox.crash',
      'sandbox.timeout',
      'sandbox.protocol',
      'sandbox.memory',
      'sandbox.output',
    ],
  },
  {
    name: 'starts threads without an end',
    next: "while True:\n    load('threading').Thread(target=load('time').sleep, args=(60,)).start()",
    ends: ['strategy.threw', 'sandbox.crash', 'sandbox.timeout', 'sandbox.memory'],
  },
  {
    name: 'opens files without an end',
    next: "kept = []\nwhile True:\n    kept.append(os.open('/dev/null', 0))",
    ends: ['strategy.threw'],
  },
  {
    name: 'ignores every signal and loops',
    next: "signal = load('signal')\nfor number in range(1, 60):\n    try:\n        signal.signal(number, signal.SIG_IGN)\n    except (OSError, ValueError):\n        pass\nwhile True:\n    pass",
    ends: ['sandbox.timeout'],
  },
  {
    name: 'floods the log',
    next: "for _ in range(1000):\n    lab.log('x' * 1000)",
    ends: ['runs'],
    log: /^x*$/,
  },
  // Ending and breaking the process
  { name: 'ends the process with success', next: 'os._exit(0)', ends: ['sandbox.early-exit'] },
  { name: 'asks to end', next: 'system.exit(0)', ends: ['strategy.threw'] },
  {
    name: 'kills everything',
    next: 'os.kill(-1, 9)\nos.kill(1, 9)\nwhile True:\n    pass',
    ends: ['sandbox.memory', 'sandbox.crash', 'sandbox.timeout', 'strategy.threw'],
  },
  { name: 'reads where nothing is', next: "load('ctypes').string_at(0)", ends: ['sandbox.crash'] },
  {
    name: 'makes the interpreter run over',
    next: 'system.setrecursionlimit(10 ** 9)\ndeep = lambda n: [deep(n + 1)]\nvalue = []\nfor _ in range(10 ** 7):\n    value = [value]\nrepr(value)',
    ends: ['strategy.threw', 'sandbox.crash', 'sandbox.memory'],
  },
  {
    name: 'compiles broken byte code',
    next: "code = (lambda: 0).__code__\nexecute = modules['builtins'].exec\nexecute(code.replace(co_code=b'\\xff' * 64, co_stacksize=1))",
    ends: ['strategy.threw', 'sandbox.crash', 'sandbox.timeout'],
  },
  // Forging what the host hears
  {
    name: 'prints',
    next: "os.write(1, b'x' * 1000)\nos.write(2, b'x' * 1000)\nmodules['builtins'].print('x')",
    ends: ['runs'],
    log: /^$/,
  },
  {
    name: 'writes bytes into the channel',
    next: "channel.write(b'x' * 100)",
    ends: ['sandbox.protocol', 'sandbox.output'],
  },
  {
    name: 'announces a frame that never comes',
    next: "channel.write(b'\\xff\\xff\\xff\\x00\\x43\\x00\\x00\\x00')",
    ends: ['sandbox.timeout', 'sandbox.protocol'],
  },
  {
    name: 'floods the channel',
    next: "while True:\n    channel.write(b'\\x00' * 1_000_000)",
    ends: ['sandbox.protocol', 'sandbox.output'],
  },
  {
    name: 'answers twice',
    next: "channel.write(frames.frame(frames.INTENTS, frames.intents_head(core._hello['nonce'], core._chunk, [(0, 0, 0, 0)])))",
    ends: ['sandbox.protocol', 'sandbox.tampered'],
  },
  {
    name: 'says that it is done',
    next: "channel.write(frames.json_frame(frames.DONE, {'nonce': core._hello['nonce'], 'bars': 1000, 'log': [], 'logDropped': 0}))",
    ends: ['sandbox.protocol'],
  },
  {
    name: 'says that all is well and ends',
    next: "channel.write(frames.json_frame(frames.DONE, {'nonce': core._hello['nonce'], 'bars': 1000, 'log': [], 'logDropped': 0}))\nos._exit(0)",
    ends: ['sandbox.protocol'],
  },
  {
    name: 'claims fills that its orders do not give',
    next: 'if lab.bar.index == 0:\n    head = frames.intents_head\n    frames.intents_head = lambda nonce, chunk, answers: head(nonce, chunk, [(rows, 7, high, low) for rows, _, high, low in answers])',
    ends: ['sandbox.tampered'],
  },
  {
    name: 'claims orders that it does not send',
    next: 'if lab.bar.index == 0:\n    head = frames.intents_head\n    frames.intents_head = lambda nonce, chunk, answers: head(nonce, chunk, [(10 ** 9, *rest) for _, *rest in answers])',
    ends: ['sandbox.protocol'],
  },
  { name: 'answers for another chunk', next: 'core._chunk = 7', ends: ['sandbox.protocol'] },
  { name: 'answers with another nonce', next: "core._hello['nonce'] = '0' * 32", ends: ['sandbox.protocol'] },
  { name: 'counts other bars', next: 'core._bars = 10 ** 6', ends: ['sandbox.protocol'] },
  { name: 'sends a log that is no text', next: 'core._log.lines.append({})', ends: ['sandbox.protocol'] },
  {
    name: 'gives itself cash',
    next: 'core._sets[0][0].portfolio.account.cash = 1e9\nif lab.position.is_flat:\n    lab.orders.buy(units=1000)',
    ends: ['sandbox.tampered'],
  },
];
