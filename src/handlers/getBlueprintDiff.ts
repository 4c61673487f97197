import { contentOf, redactContent } from '../domain/blueprints/content.ts';
import { patchBetween } from '../domain/blueprints/diff.ts';
import { versionNotFound } from '../domain/blueprints/errors.ts';
import { invalid } from '../lib/errors.ts';
import { startTurn } from '../lib/turn.ts';
import type { OperationHandler } from '../http/operation.ts';

export const getBlueprintDiff: OperationHandler<'getBlueprintDiff'> = async (ctx, { params, query, identity }) => {
  const newer = await ctx.db.blueprints.find(identity.orgId, params.id, query.to ?? null);
  if (newer === null) throw await versionNotFound(ctx, identity.orgId, params.id, 'to', query.to);
  const from = query.from ?? newer.version - 1;
  if (from < 1)
    throw invalid({
      detail: 'parameter "from" in query has an error: version 1 has none before it, say which to compare',
      code: 'parameter.invalid',
      pointer: 'query.from',
    });
  const older = await ctx.db.blueprints.find(identity.orgId, params.id, from);
  if (older === null) throw await versionNotFound(ctx, identity.orgId, params.id, 'from', from);
  const turn = startTurn();
  // Redacts both sides before comparing them, so that a changed secret is no difference.
  const [before, after] = [older, newer].map((version) => redactContent(contentOf(version)));
  if (turn.isLong()) await turn.next();
  const body = patchBetween(before, after);
  if (turn.isLong()) await turn.next();
  return { status: 200, body };
};
