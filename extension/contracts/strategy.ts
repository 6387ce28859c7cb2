import * as z from 'zod';

/** A declared, bounded parameter of a strategy. */
export const parameterDefinitionSchema = z
  .object({
    type: z.enum(['integer', 'number']),
    default: z.number(),
    min: z.number(),
    max: z.number(),
    /** Step of a search grid; the value itself may lie between steps. */
    step: z.number().positive().optional(),
    description: z.string().max(300).optional(),
  })
  .refine((p) => p.min <= p.default && p.default <= p.max, {
    message: 'min <= default <= max must hold',
  })
  .refine((p) => p.type === 'number' || [p.default, p.min, p.max].every((value) => Number.isInteger(value)), {
    message: 'an integer parameter needs integer default, min and max',
  });

export const parameterNameSchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,39}$/)
  .refine((name) => !(name in Object.prototype), { message: 'every object has a property of this name' });

export const parameterDefinitionsSchema = z.record(parameterNameSchema, parameterDefinitionSchema);

/** A value for each declared parameter. */
export const parameterValuesSchema = z.record(parameterNameSchema, z.number());

export type ParameterDefinition = z.infer<typeof parameterDefinitionSchema>;
export type ParameterDefinitions = z.infer<typeof parameterDefinitionsSchema>;
export type ParameterValues = z.infer<typeof parameterValuesSchema>;

/** What a strategy module declares of itself, as its sandbox reports it. */
export const strategyDescriptionSchema = z.object({
  name: z.string().min(1).max(120),
  params: parameterDefinitionsSchema,
});

export type StrategyDescription = z.infer<typeof strategyDescriptionSchema>;

/** Where a plot is shown: over the candles, or in the one pane below them that all such plots share. */
export type PlotPane = 'price' | 'below';

/** A series that a strategy asked to be shown. It is for the eye alone: hostile code computed its values. */
export interface StrategyPlot {
  /** Unique in its run, 1 to 40 characters that can be shown. */
  readonly name: string;
  readonly pane: PlotPane;
  /** One finite number a bar, NaN where the series has none, as before its warm-up. */
  readonly values: Float64Array;
}
