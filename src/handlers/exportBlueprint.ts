import { contentOf } from '../domain/blueprints/content.ts';
import { exportRepositories } from '../domain/blueprints/export-repositories.ts';
import { exportTime } from '../domain/blueprints/export.ts';
import { given } from '../lib/members.ts';
import { blueprintNotFound } from '../domain/blueprints/errors.ts';
import type { OperationHandler } from '../http/operation.ts';
import { removeSecrets } from '../domain/redaction/secrets.ts';

export const exportBlueprint: OperationHandler<'exportBlueprint'> = async (ctx, { params, identity, traceId, log }) => {
  const blueprint = await ctx.db.blueprints.find(identity.orgId, params.id);
  if (blueprint === null) throw blueprintNotFound();

  const content = contentOf(blueprint);
  const shareable = removeSecrets(content.customizations);
  const { platformHeader } = identity;
  // Content sources accepts platform identities only.
  const { customizations, contentSources } =
    platformHeader === null
      ? { customizations: shareable, contentSources: null }
      : await exportRepositories(ctx.contentSources, { traceId, log, identity, platformHeader }, shareable);
  return {
    status: 200,
    body: {
      name: blueprint.name,
      description: blueprint.description ?? '',
      ...given('distribution', content.distribution),
      ...given('bootc', content.bootc),
      customizations,
      metadata: { parent_id: blueprint.id, exported_at: exportTime(new Date()), is_on_prem: false },
      ...given('content_sources', contentSources),
      ...given('snapshot_date', content.image_requests[0]?.snapshot_date),
    },
  };
};
