import type { AppContext } from '../context.ts';
import { CachedText, type OperationHandler } from '../http/operation.ts';
import { memoize } from '../lib/memoize.ts';

const documentText = memoize(
  (ctx: AppContext) => new CachedText<Record<string, never>>(ctx.documentText, { compressed: true }),
);

export const getOpenapiJson: OperationHandler<'getOpenapiJson'> = (ctx) => ({ status: 200, body: documentText(ctx) });
