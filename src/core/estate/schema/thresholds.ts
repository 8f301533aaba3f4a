import { z } from 'zod';
import { formatThreshold, type ThresholdDefinition, thresholdDefinitions } from '../thresholds.ts';
import { duration, percent } from './scalars.ts';

const count = z.number().int().min(1);

function schemaOf(definition: ThresholdDefinition): z.ZodType<number | undefined> {
  const example = formatThreshold(definition, definition.production).replaceAll(' ', '');
  const byUnit = { duration, percent, count };
  return byUnit[definition.unit].optional().meta({ description: `${definition.meaning}, such as ${example}.` });
}

/** `thresholds:` of a tier or an environment, made from the table of defaults. */
export const thresholds = z
  .strictObject(
    Object.fromEntries(Object.values(thresholdDefinitions).map((definition) => [definition.key, schemaOf(definition)])),
  )
  .optional();
