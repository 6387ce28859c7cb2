import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fieldNames, typeNames } from '../../backtest/support/indicatorDeclarations.ts';
import { allMembers, interfaces, type Member, pythonParameters, pythonText } from './engine/declarations.ts';
import { hasPython, Jobs, snakeCase } from './engine/python.ts';

interface OwnParameter {
  readonly name: string;
  readonly default: string | null;
  readonly byName: boolean;
}

interface OwnMember {
  readonly kind: 'method' | 'property';
  readonly parameters: readonly OwnParameter[];
  readonly text: string;
}

type Stub = Readonly<Record<string, { readonly text: string; readonly members: Record<string, OwnMember> }>>;

/** Classes of Python and the interfaces of TypeScript that they stand for; what they have besides. */
const counterparts: Readonly<
  Record<string, readonly [interfaces: readonly string[], more: readonly string[]]>
> = {
  Series: [['Series'], ['__getitem__']],
  Bars: [['Bars'], []],
  Bar: [['Bar'], []],
  ParameterDefinition: [['ParameterDefinition'], []],
  Indicators: [['Indicators'], []],
  Position: [['Position'], []],
  Account: [['Account'], []],
  Orders: [['Orders'], []],
  HigherTimeframe: [['HigherTimeframe'], []],
  Market: [['SetupMarket', 'Market'], []],
  Context: [['SetupContext', 'NextContext'], []],
  Strategy: [['Strategy'], ['signals']],
};

/** Types whose members are names of parameters in Python. */
const optionTypes = typeNames().filter((name) => name.endsWith('Options'));

/** Where the engine keeps what a strategy is given. */
const engineClasses = {
  Series: 'strategy_lab.engine.series.Series',
  Bars: 'strategy_lab.engine.market_views.Bars',
  Bar: 'strategy_lab.engine.market_views.Bar',
  Indicators: 'strategy_lab.engine.indicators.create.Indicators',
  Position: 'strategy_lab.engine.market_views.Position',
  Account: 'strategy_lab.engine.market_views.Account',
  Orders: 'strategy_lab.engine.orders.Orders',
  HigherTimeframe: 'strategy_lab.engine.higher_timeframes.HigherTimeframe',
  Market: 'strategy_lab.engine.context.Market',
  Context: 'strategy_lab.engine.context.Context',
  Strategy: 'strategy_lab.engine.strategy_api.Strategy',
};

/** Members whose words are Python's own: their example is code. */
const ownWords = ['timeframe', 'plot'];

const known = interfaces();
const results = [...known.keys()].filter((name) => fieldNames(name).length > 0 && name !== 'Bars');

function membersFor(name: string): readonly Member[] {
  const sources = counterparts[name]?.[0] ?? [name];
  const members = sources.flatMap((each) => allMembers(known, each));
  // Where both phases have a member, `setup` says what it is.
  return members.filter((member, place) => members.findIndex((one) => one.name === member.name) === place);
}

describe.skipIf(!hasPython)('the declarations for Python', () => {
  const jobs = new Jobs();
  const file = join(import.meta.dirname, '../../../sandbox/runner/python/strategy_lab/__init__.pyi');
  const stubJob = jobs.add({ kind: 'stub', file });
  const classes = {
    ...engineClasses,
    ...Object.fromEntries(results.map((name) => [name, `strategy_lab.engine.indicators.results.${name}`])),
  };
  const membersJob = jobs.add({ kind: 'members', classes });
  const answers = jobs.answers();
  const stub = answers[stubJob] as Stub;
  const engine = answers[membersJob] as Readonly<Record<string, Record<string, OwnMember>>>;

  it('cover every type of strategy-lab.d.ts', () => {
    const covered = [
      ...Object.values(counterparts).flatMap(([sources]) => sources),
      ...results,
      ...optionTypes,
    ];
    expect([...covered, 'TimeframeName'].sort()).toEqual(typeNames().sort());
  });

  for (const name of [...Object.keys(counterparts), ...results]) {
    it(`${name} has every member of TypeScript's, and no other`, () => {
      const more = counterparts[name]?.[1] ?? [];
      const expected = [...membersFor(name).map((member) => snakeCase(member.name)), ...more];
      expect(Object.keys(stub[name]?.members ?? {}).sort()).toEqual(expected.sort());
    });
  }

  for (const name of [...Object.keys(counterparts), ...results].filter((each) => each !== 'Strategy')) {
    it(`${name} has the same parameters and says the same`, () => {
      for (const member of membersFor(name)) {
        const own = stub[name]?.members[snakeCase(member.name)];
        const title = `${name}.${member.name}`;
        expect(own?.kind, title).toBe(member.isMethod ? 'method' : 'property');
        const parameters = pythonParameters(known, member);
        expect(own?.parameters.map(shapeOf), title).toEqual(
          parameters.map((each) => [each.name, each.isOptional, each.byName]),
        );
        if (own?.kind === 'property' && own.text === '') continue;
        const said = words(own?.text);
        const [text = ''] = ownWords.includes(member.name) ? member.text.split('\n\n') : [member.text];
        const [definition = '', ...tags] = text.split(/(?=@first|@source)/).map(pythonText);
        for (const part of [definition, ...tags]) expect(said, title).toContain(part);
        for (const { byName, text: meaning } of parameters) {
          if (byName && meaning !== '') expect(said, title).toContain(pythonText(meaning));
        }
      }
    });
  }

  for (const name of Object.keys(classes)) {
    it(`${name} is what the engine gives, with the same usual values`, () => {
      const declared = Object.entries(stub[name]?.members ?? {}).filter(
        ([member]) => !member.startsWith('_'),
      );
      const given = engine[name] ?? {};
      expect(Object.keys(given).sort()).toEqual(declared.map(([member]) => member).sort());
      for (const [member, { kind, parameters }] of declared) {
        // What is put in as a function has no parameters of its own here.
        if (kind === 'property' || given[member]?.kind === 'property') continue;
        const bare = ({ name: own, default: usual, byName }: OwnParameter) => ({ name: own, usual, byName });
        expect(given[member]?.parameters.map(bare), `${name}.${member}`).toEqual(parameters.map(bare));
      }
    });
  }

  it('name what a strategy can import, with the fields of a parameter by name', () => {
    const functions = stub[''] as unknown as Readonly<Record<string, OwnMember>>;
    expect(Object.keys(functions).sort()).toEqual(['cross_above', 'cross_below', 'integer', 'number']);
    const fields = membersFor('ParameterDefinition').filter(({ name }) => name !== 'type');
    for (const maker of ['integer', 'number']) {
      expect(functions[maker]?.parameters.map(shapeOf)).toEqual(
        fields.map(({ name, isOptional }) => [name, isOptional, name !== 'default']),
      );
    }
  });
});

function shapeOf({ name, default: usual, byName }: OwnParameter): [string, boolean, boolean] {
  return [name, usual !== null, byName];
}

function words(text = ''): string {
  return text.replace(/\s+/g, ' ').trim();
}
