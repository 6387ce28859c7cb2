import { describe, expect, test } from 'vitest';
import { guard } from '../../language-server/guardian/guard.ts';
import { parsePython } from '../../language-server/guardian/python/parse.ts';
import { childrenOf } from '../../language-server/guardian/python/tree.ts';
import { atPythonTop, inPythonNext } from './corpus/buildPython.ts';

function judged(source: string) {
  return guard(source, { author: 'agent', language: 'python' });
}

/** Honest forms that the parser by itself takes for no Python. */
const forms: Readonly<Record<string, string>> = {
  'a yield without a value': `def steps():
    yield
    got = yield
    got += yield
    other = (yield)
    yield; yield # twice
    if got: yield
    print_out = [(yield), got, other]
    lab.log(str(print_out))
    return (
        yield
    )
for _ in steps():
    pass`,
  'a star in an index': `keys = (0, 1)
table = {(0, 1): 1.0, (2, 0, 1): 2.0, (0, 1, 3): 4.0}
level = table[*keys] + table[2, *keys] + table[ * keys , 3]
level = table[*(1, 2) if level else keys] * 2`,
  'subjects of a match that begin with a bracket': `a, b = 1, 2
match (a) + (b):
    case 3:
        pass
    case _:
        pass
match (a, b)[0]:
    case 1:
        pass
match [a, b][-1:] + [1]:
    case [first, *_]:
        lab.log(str(first))
match {'a': a}['a']:
    case 1 | 2:
        pass`,
  'subjects of a match of every kind': `a, b = 1, 2
match a, b:
    case 1, 2:
        pass
    case 1, *_ if b > 1:
        pass
match a > b:
    case True:
        pass
match not a:
    case False: pass
match level := a + b:
    case 3:
        lab.log(str(level))
match a if b else 3:
    case 1:
        match -b:
            case -2:
                pass
        pass
    case 2:
        pass
match *[a], b:  # a list: of two
    case [_, _]:
        pass
match (
    a,  # the first
    b,
):
    case (1, 2):
        pass
match (lambda x: x)(a):
    case 1:
        pass
match f'{a}: {b}':
    case '1: 2':
        pass
match 1.:
    case 1.0:
        pass`,
  'soft keywords as names': `match = 1
match: int = 2
match += 1
match [0:1] if False else match
match -1
match * 2
case = match
case: float = 1.0
case -= 1
print = None
print is None
type = 'long'
type: str = 'short'
if type in ('long', 'short') and type is not None: match = case
levels = [match, case, type]
def of(match, type=1, *, case: int = 2, **print):
    return match(type) if callable(match) else case
of(match=1, case=case, type=type)
of(match, print=type)
for match in range(3): case = match
match = [type for type in range(3)]
match[0] = 2
match[0]: int = 3
match
match = {'case': case, 'match': match}
match['case'] = (match
    ['case'])`,
  'a name of a soft keyword inside of a match': `match, case = 1, 2
match match:
    case 1:
        case = 3
        match = case
        if case > 2:
            case += 1
    case case if case > 1:
        match = case`,
};

describe('what the parser by itself takes for no Python', () => {
  test.each(Object.entries(forms))('%s has no finding', (_, code) => {
    const found = judged(inPythonNext(code));
    expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test.each(Object.entries(forms))('%s has none with the line ends of Windows', (_, code) => {
    const found = judged(inPythonNext(code).replaceAll('\n', '\r\n'));
    expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

/** Hostile code in those forms, with the rule that names it. */
const hidden = [
  ['match (eval)("1"):\n    case _:\n        pass', 'SEC001'],
  ['match (1) + eval("1"):\n    case _:\n        pass', 'SEC001'],
  ['match 1, eval:\n    case _:\n        pass', 'SEC001'],
  ['match (1, lab.__class__):\n    case _:\n        pass', 'SEC002'],
  ['match f"{eval(str(1))}":\n    case _:\n        pass', 'SEC001'],
  ['match 1, 2:\n    case 1, lab.__class__:\n        pass', 'SEC002'],
  ['match 1, 2:\n    case 1, _ if eval("1"):\n        pass', 'SEC001'],
  ['match 1, 2:\n    case 1, 2:\n        eval("1")', 'SEC001'],
  ['x = self.levels[*eval("[0]")]', 'SEC001'],
  ['x = self.levels[0, *lab.__dict__]', 'SEC002'],
  ['x = self.levels[*(y for y in (eval,))]', 'SEC001'],
  ['match = eval', 'SEC001'],
  ['match(eval)', 'SEC001'],
  ['type = eval', 'SEC001'],
  ['def f():\n    x = yield\n    x.__class__', 'SEC002'],
  ['def f():\n    (yield).__globals__', 'SEC002'],
] as const;

test.each(hidden)('hostile code in such a form is found: %s', (code) => {
  const errors = judged(inPythonNext(code)).filter(({ severity }) => severity === 'error');
  expect(errors.map(({ rule }) => rule).join(' ')).toMatch(/^SEC/);
});

test.each(['T = type\ntype = 1', 'class A:\n    T = type\n    type = 1', 'p = print\nprint = None'])(
  'a name that is assigned later is still the built-in one outside of functions: %s',
  (code) => {
    const errors = judged(atPythonTop(code)).filter(({ severity }) => severity === 'error');
    expect(errors.map(({ rule }) => rule).join(' ')).toMatch(/^SEC/);
  },
);

test.each([
  'match x y:\n    case 1:\n        pass',
  'match 1) + (2:\n    case 1:\n        pass',
  'match x for x in [1]:\n    case 1:\n        pass',
  'match (1:\n    case 1:\n        pass',
  'match:\n    case 1:\n        pass',
  'match 1:\n    pass',
  'match 1: pass',
  'match 1\n    case 1:\n        pass',
  'case 1:\n    pass',
  'x = yield 1 2',
  'x = 1 + yield',
  'lab.log(yield)',
  'x = [yield]',
  'yield = 1',
  'for yield in [1]:\n    pass',
  'del yield',
  'def yield():\n    pass',
  'lab.yield',
  'yield, 1',
  'x = self.levels[*]',
  'x = self.levels[*[0]:1]',
  'x = self.levels[**{}]',
  'x = self.levels[1 *]',
  'print "x"',
  'print x',
  'print lab, 1',
  'match x',
  'type x',
  'case x',
])('what is no Python in such a form is told: %s', (code) => {
  const found = judged(inPythonNext(`x = 1\n${code}`));
  expect(found.map(({ rule }) => rule)).toContain('SYN001');
});

test('a text that looks like such a form stays the text it is', () => {
  const text = 'match (a) + (b):\n  case [*x]: yield\nprint type';
  const parsed = parsePython(`x = """${text}"""\nmatch x:\n    case 'type': y = 'yield'\n`);
  if (!parsed.ok) throw new Error(parsed.message);
  const found: unknown[] = [];
  const visit = (node: Parameters<typeof childrenOf>[0]): void => {
    if (node.type === 'TextLiteral') found.push(node.value);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(parsed.module);
  expect(found).toEqual([text, 'type', 'yield']);
});

test('the place of a fault in a subject is told', () => {
  const source = 'x = 1\nmatch (x) + + :\n    case _:\n        pass\n';
  expect(parsePython(source)).toMatchObject({ ok: false, rule: 'SYN001', start: source.indexOf(' :') });
});

test('a file of nothing but matches is judged in time that grows with its length', () => {
  const source = atPythonTop('match (1) + (2):\n    case 3: pass\n'.repeat(6000)).slice(0, 250_000);
  expect(judged(source).map(({ rule }) => rule)).toContain('SYN002');
});
