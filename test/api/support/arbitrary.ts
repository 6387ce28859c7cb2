import fc from 'fast-check';

/** What the OpenAPI document of the lab says of a value. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** Values that fit a schema. Throws for what it does not know, so that no schema goes untested. */
export function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  if (Object.keys(schema).length === 0) return anyJson;
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  const either = schema.anyOf ?? schema.oneOf;
  if (either !== undefined) return fc.oneof(...either.map(valuesOf));
  switch (schema.type) {
    case 'string':
      return textsOf(schema);
    case 'integer':
      return fc.integer({ min: lowest(schema), max: Math.min(schema.maximum ?? 1000, 2 ** 31) });
    case 'number':
      return fc.double({
        min: schema.exclusiveMinimum ?? schema.minimum ?? -1e6,
        minExcluded: schema.exclusiveMinimum !== undefined,
        max: schema.maximum ?? 1e6,
        noNaN: true,
      });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 5, 5),
      });
    case 'object':
      return objectsOf(schema);
    default:
      throw new Error(`A schema that the test does not know: ${JSON.stringify(schema)}`);
  }
}

function lowest({ minimum, maximum = 1000 }: Schema): number {
  return Math.max(minimum ?? Math.min(0, maximum), -(2 ** 31));
}

function textsOf({ pattern, minLength = 0, maxLength = 200 }: Schema): fc.Arbitrary<string> {
  if (pattern !== undefined) {
    return fc.stringMatching(new RegExp(pattern)).filter((text) => new RegExp(pattern).test(text));
  }
  const most = Math.min(maxLength, 60);
  return fc
    .string({ minLength, maxLength: most, unit: 'grapheme' })
    .filter((text) => text.trim().length >= minLength);
}

function objectsOf({
  properties = {},
  required = [],
  propertyNames,
  additionalProperties,
}: Schema): fc.Arbitrary<unknown> {
  if (propertyNames !== undefined && typeof additionalProperties === 'object') {
    return fc.dictionary(textsOf(propertyNames), valuesOf(additionalProperties), { maxKeys: 3 });
  }
  const fields = Object.fromEntries(Object.entries(properties).map(([name, of]) => [name, valuesOf(of)]));
  return fc.record(fields, { requiredKeys: [...required], noNullPrototype: true });
}

/** Any JSON at all. */
export const anyJson: fc.Arbitrary<unknown> = fc.jsonValue({ maxDepth: 3 });
