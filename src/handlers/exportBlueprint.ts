import { contentOf } from '../domain/blueprints/content.ts';
import { exportRepositories } from '../domain/blueprints/export-repositories.ts';
import { exportContent, exportTime, omittedField } from '../domain/blueprints/export.ts';
import { platformContext } from '../upstream/call-context.ts';
import { given } from '../lib/members.ts';
import { blueprintNotFound } from '../domain/blueprints/errors.ts';
import { exportToml } from '../domain/blueprints/on-prem/export.ts';
import { TomlText, type OperationHandler } from '../http/operation.ts';
import { prefersToJson } from '../lib/response/media-type.ts';
import { omitCredentials } from '../domain/redaction/omissions.ts';

export const exportBlueprint: OperationHandler<'exportBlueprint'> = async (ctx, request) => {
  const { params, query, identity } = request;
  const blueprint = await ctx.db.blueprints.find(identity.orgId, params.id);
  if (blueprint === null) throw blueprintNotFound();

  const content = contentOf(blueprint);
  const withSecrets = query.include_secrets === true;
  const { value: shareable, omitted } = exportContent(content, withSecrets);
  const platform = platformContext(request);
  // Content sources accepts platform identities only.
  const { customizations, contentSources } =
    platform === null
      ? { customizations: shareable.customizations, contentSources: null }
      : await exportRepositories(ctx.contentSources, platform, shareable.customizations);
  const sources = omitCredentials(withSecrets ? null : contentSources, '/content_sources');
  const listed = [...omitted, ...sources.omitted];
  if (prefersToJson(request.accept, 'application/toml')) {
    const shared = { ...content, ...shareable, customizations };
    const document = exportToml({ ...blueprint, content: shared }, omitted);
    return { status: 200, headers: omittedField(document.omitted), body: new TomlText(document.toml) };
  }
  return {
    status: 200,
    headers: omittedField(listed),
    body: {
      name: blueprint.name,
      description: blueprint.description ?? '',
      ...given({ distribution: content.distribution, bootc: shareable.bootc }),
      customizations,
      metadata: { parent_id: blueprint.id, exported_at: exportTime(new Date()), is_on_prem: false },
      ...given({
        content_sources: withSecrets ? contentSources : sources.value,
        snapshot_date: content.image_requests[0]?.snapshot_date,
      }),
      // Compatibility: clients compare the export, so that it has the list only where they request one.
      ...(query.include_secrets === undefined ? {} : { omitted: listed }),
    },
  };
};
