import { contentOf, redactContent } from '../domain/blueprints/content.ts';
import { blueprintNotFound } from '../domain/blueprints/refusals.ts';
import { UpstreamUnavailable } from '../upstream/upstream-unavailable.ts';
import type { AppContext } from '../context.ts';
import { invalid } from '../lib/errors.ts';
import { shownLabels } from '../domain/labels.ts';
import type { OperationHandler } from '../http/operation.ts';
import { lintBlueprint, type Governed } from '../domain/compliance/blueprint-policy.ts';
import { ComplianceFailure } from '../domain/compliance/compliance.ts';
import { NO_FINDINGS, type BlueprintLint } from '../domain/compliance/lint.ts';
import type { PolicyCaller } from '../domain/compliance/policy.ts';

/** The version asked for; `null` for the newest. */
const versionOf = (version: number | undefined): number | null => {
  if (version === undefined || version === -1) return null;
  if (version < 1) throw invalid('Invalid version number: versions count from 1, and -1 is the newest');
  return version;
};

/** A blueprint can be read although its policy cannot. */
const lintOrNone = (
  ctx: AppContext,
  caller: PolicyCaller,
  blueprint: Governed,
  recorded: object | null,
): Promise<BlueprintLint> =>
  lintBlueprint(ctx, caller, blueprint, recorded).catch((error: unknown) => {
    if (!(error instanceof ComplianceFailure || error instanceof UpstreamUnavailable)) throw error;
    caller.log.warn({ event: 'blueprint.lint_unavailable', err: error }, 'a blueprint is shown without lint');
    ctx.metrics.lintUnavailable.inc();
    return NO_FINDINGS;
  });

export const getBlueprint: OperationHandler<'getBlueprint'> = async (ctx, request) => {
  const { params, query, identity } = request;
  const blueprint = await ctx.db.blueprints.find(identity.orgId, params.id, versionOf(query.version));
  if (blueprint === null) throw blueprintNotFound();

  const { id, name, description, version, labels } = blueprint;
  const content = contentOf(blueprint);
  const lint = await lintOrNone(ctx, request, content, blueprint.service_snapshots);
  const { image_requests: imageRequests, ...shown } = redactContent(content);
  return {
    status: 200,
    body: {
      ...{ id, name, description: description ?? '', lint },
      ...{ ...shown, image_requests: [...imageRequests], ...shownLabels(labels) },
    },
    // Not the lint, which depends on other services: what clients change is a version.
    revision: String(version),
  };
};
