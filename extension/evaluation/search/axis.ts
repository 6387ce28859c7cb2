import { LabError } from '../../contracts/errors.ts';
import type { SearchedParameter } from '../../contracts/search.ts';
import type { ParameterDefinition } from '../../contracts/strategy.ts';

/** The values that a search may give one parameter, seen as the range from 0 to 1. */
export interface Axis {
  readonly name: string;
  /** Number of values; Infinity for a range without steps. */
  readonly count: number;
  /** The value with index `index`, for an axis with a count of values. */
  valueAt(index: number): number;
  /** The value at `unit`, from 0 to 1; each of a count of values has an equal share of that range. */
  decode(unit: number): number;
  /**
   * Where `value` lies, 0 for the first and 1 for the last: what a distance between sets is measured in.
   * Listed values lie evenly, whatever their size: a person lists 10, 20, 50, 100 as four steps.
   */
  encode(value: number): number;
  /** Whether a person who names the value means one of these: a listed value, or one within the range. */
  covers(value: number): boolean;
}

/** Whether a declared parameter takes the value. */
export function isAllowed(value: number, { type, min, max }: ParameterDefinition): boolean {
  return value >= min && value <= max && (type === 'number' || Number.isInteger(value));
}

/** The bounds and the step of a searched range: those asked for within those declared. */
export function narrowed(
  name: string,
  declared: ParameterDefinition,
  { min = declared.min, max = declared.max, step = declared.step }: SearchedParameter,
): ParameterDefinition {
  if (!(isAllowed(min, declared) && isAllowed(max, declared) && min <= max)) {
    throw new LabError(
      'strategy.parameter',
      `The searched range of "${name}" must lie within ${declared.min} to ${declared.max}, was ${min} to ${max}.`,
      { action: 'Search a range within the declared bounds.' },
    );
  }
  const bounds = { ...declared, min, max, default: Math.min(max, Math.max(min, declared.default)) };
  return step === undefined ? bounds : { ...bounds, step };
}

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value));

/** An axis of `count` values, whose place in a list of them is `indexOf`. */
function stepped(
  name: string,
  count: number,
  valueAt: (index: number) => number,
  indexOf: (value: number) => number,
  covers: (value: number) => boolean,
): Axis {
  return {
    name,
    count,
    valueAt,
    decode: (unit) => valueAt(clamp(Math.floor(unit * count), 0, count - 1)),
    encode: (value) => (count === 1 ? 0 : clamp(indexOf(value) / (count - 1), 0, 1)),
    covers,
  };
}

function listedAxis(name: string, declared: ParameterDefinition, listed: readonly number[]): Axis {
  for (const value of listed) {
    if (isAllowed(value, declared)) continue;
    const { type, min, max } = declared;
    throw new LabError(
      'strategy.parameter',
      `"${name}" must be of type ${type} from ${min} to ${max}, was ${value}.`,
      { action: 'Search values within the declared bounds.' },
    );
  }
  const values = [...new Set(listed)].sort((a, b) => a - b);
  const nearest = (value: number): number => {
    const next = values.findIndex((other) => other >= value);
    if (next === -1) return values.length - 1;
    if (next === 0) return 0;
    const [low, high] = [values[next - 1] as number, values[next] as number];
    return next - (high - value) / (high - low);
  };
  return stepped(
    name,
    values.length,
    (index) => values[index] as number,
    nearest,
    (value) => values.includes(value),
  );
}

function rangeAxis(name: string, declared: ParameterDefinition): Axis {
  const { type, min, max, step } = declared;
  if (min === max) return listedAxis(name, declared, [min]);
  const width = type === 'integer' ? Math.max(1, Math.round(step ?? 1)) : step;
  const covers = (value: number): boolean => value >= min && value <= max;
  if (width !== undefined) {
    const count = Math.floor((max - min) / width + 1e-9) + 1;
    const valueAt = (index: number): number => clamp(Number((min + index * width).toPrecision(12)), min, max);
    return stepped(name, count, valueAt, (value) => (value - min) / width, covers);
  }
  return {
    name,
    count: Number.POSITIVE_INFINITY,
    valueAt: () => {
      throw new RangeError(`"${name}" has no count of values`);
    },
    // Six digits are more than a strategy feels, and can be read.
    decode: (unit) => clamp(Number((min + unit * (max - min)).toPrecision(6)), min, max),
    encode: (value) => clamp((value - min) / (max - min), 0, 1),
    covers,
  };
}

/**
 * The axis of one searched parameter.
 * @throws LabError `strategy.parameter` for values or bounds that the parameter does not allow
 */
export function axisOf(name: string, declared: ParameterDefinition, searched: SearchedParameter): Axis {
  return searched.values === undefined
    ? rangeAxis(name, narrowed(name, declared, searched))
    : listedAxis(name, declared, searched.values);
}
