import type { AppContext } from '../context.ts';
import { KeptText, type OperationHandler } from '../http/operation.ts';
import { keptFor } from '../lib/memoize.ts';

const documentText = keptFor(
  (ctx: AppContext) => new KeptText<Record<string, never>>(ctx.documentText, { compressed: true }),
);

export const getOpenapiJson: OperationHandler<'getOpenapiJson'> = (ctx) => ({ status: 200, body: documentText(ctx) });
