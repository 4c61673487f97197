import { contentOf, redactContent } from '../domain/blueprints/content.ts';
import { blueprintNotFound } from '../domain/blueprints/errors.ts';
import { findStoredIssues } from '../domain/composes/build-issues.ts';
import { withBuildLint } from '../domain/composes/build-warnings.ts';
import { findStoredUnknown } from '../domain/composes/stored-unknown.ts';
import { UpstreamUnavailableError } from '../upstream/errors.ts';
import type { AppContext } from '../context.ts';
import { invalid } from '../lib/errors.ts';
import { labelsMember } from '../domain/labels.ts';
import type { OperationHandler } from '../http/operation.ts';
import { lintBlueprint, type PolicySubject } from '../domain/compliance/blueprint-policy.ts';
import { ComplianceError } from '../domain/compliance/compliance.ts';
import { NO_LINT_ISSUES, type BlueprintLint } from '../domain/compliance/lint.ts';
import type { PolicyCaller } from '../domain/compliance/policy.ts';

/** The requested version; `null` for the newest. */
const versionOf = (version: number | undefined): number | null => {
  if (version === undefined || version === -1) return null;
  if (version < 1)
    throw invalid({
      detail: 'Invalid version number: versions count from 1, and -1 is the newest',
      code: 'parameter.invalid',
      ...{ pointer: 'query.version', value: String(version), takes: 'numbers from 1, and -1' },
    });
  return version;
};

/** A failure of the compliance service does not prevent reading a blueprint. */
const lintOrNone = (
  ctx: AppContext,
  caller: PolicyCaller,
  blueprint: PolicySubject,
  recorded: object | null,
): Promise<BlueprintLint> =>
  lintBlueprint(ctx, caller, blueprint, recorded).catch((error: unknown) => {
    if (!(error instanceof ComplianceError || error instanceof UpstreamUnavailableError)) throw error;
    caller.log.warn({ event: 'blueprint.lint_unavailable', err: error }, 'a blueprint is shown without lint');
    ctx.metrics.lintUnavailable.inc();
    return NO_LINT_ISSUES;
  });

export const getBlueprint: OperationHandler<'getBlueprint'> = async (ctx, request) => {
  const { params, query, identity } = request;
  const blueprint = await ctx.db.blueprints.find(identity.orgId, params.id, versionOf(query.version));
  if (blueprint === null) throw blueprintNotFound();

  const { id, name, description, version, labels } = blueprint;
  const content = contentOf(blueprint);
  const policyLint = await lintOrNone(ctx, request, content, blueprint.service_snapshots);
  const findings = [...findStoredUnknown(ctx.document, content), ...(await findStoredIssues(ctx, request, content))];
  const lint = withBuildLint(policyLint, findings);
  const { image_requests: imageRequests, ...redacted } = redactContent(content);
  return {
    status: 200,
    body: {
      ...{ id, name, description: description ?? '', lint },
      ...{ ...redacted, image_requests: [...imageRequests], ...labelsMember(labels) },
    },
    // Without the lint: it depends on other services, and clients change versions only.
    revision: String(version),
  };
};
