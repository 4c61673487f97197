import type { StandardSchemaV1 } from '@standard-schema/spec';
import { z } from 'zod';

/** The rows of a statement that returns no columns. */
export const noColumns = z.strictObject({});

/**
 * The type of a query's rows. Rows come from tables with a fixed schema, so the type is a promise and not a check:
 * slonik asks for a Standard Schema, and this one accepts everything.
 */
export const row = <Row>(): StandardSchemaV1<unknown, Row> => ({
  '~standard': { version: 1, vendor: 'image-builder', validate: (value) => ({ value: value as Row }) },
});
