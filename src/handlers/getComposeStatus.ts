import { findStoredIssues, type StoredImages } from '../domain/composes/build-issues.ts';
import { presentFinding } from '../domain/composes/build-warnings.ts';
import { findCancelledStatus } from '../domain/composes/cancel-compose.ts';
import { readStatus } from '../domain/composes/compose-status.ts';
import { withHint } from '../domain/compose-requests/error-hint.ts';
import { isFinal, toImageStatus, type ImageStatus } from '../domain/compose-requests/image-status.ts';
import type { components } from '../../generated/image-builder.ts';
import type { AppContext } from '../context.ts';
import type { CallContext } from '../upstream/call-context.ts';
import { internal, notFound, ServiceError } from '../lib/errors.ts';
import { JsonText, type OperationHandler } from '../http/operation.ts';
import { sortLabels } from '../domain/labels.ts';
import { redactUpstreamText } from '../domain/redaction/upstream-text.ts';
import { redactRequest, redactStatus } from '../domain/redaction/secrets.ts';

type StoredCompose = NonNullable<Awaited<ReturnType<AppContext['db']['composes']['findStatus']>>>;

/** @throws ServiceError `internal` for a malformed stored status */
const finalStatusOf = (compose: StoredCompose): ImageStatus => {
  const status = toImageStatus(compose);
  if (status === null) throw internal('Failed to decode compose status');
  return status;
};

/** The member with what the image lacks; empty without findings, and for a request of another form than the contract has now. */
const warningsOf = async (ctx: AppContext, call: CallContext, { request }: StoredCompose): Promise<string> => {
  const { image_requests: images } = request as Partial<StoredImages>;
  if (!Array.isArray(images)) return '';
  const findings = await findStoredIssues(ctx, call, request as unknown as StoredImages);
  return findings.length === 0 ? '' : `,"warnings":${JSON.stringify(findings.map(presentFinding))}`;
};

export const getComposeStatus: OperationHandler<'getComposeStatus'> = async (ctx, request) => {
  const { params, query, identity } = request;
  const compose = await ctx.db.composes.findStatus(identity.orgId, params.composeId);
  // The lookup includes the organization: a compose of another organization is not found.
  if (compose === null) throw notFound(`Compose entry ${params.composeId} not found compose entry not found`);
  const warningsText = query.hints ? await warningsOf(ctx, request, compose) : '';
  const body = (status: ImageStatus) => {
    const redacted = redactStatus(status, compose);
    // Composes that another implementation stored may lack the text.
    const requestText = compose.request_text ?? JSON.stringify(redactRequest(compose.request));
    const imageStatus = JSON.stringify(query.hints ? withHint(redacted) : redacted);
    const labels = compose.labels === null ? '' : `,"labels":${JSON.stringify(sortLabels(compose.labels))}`;
    return new JsonText<components['schemas']['ComposeStatus']>(
      `{"image_status":${imageStatus},"request":${requestText}${labels}${warningsText}}`,
    );
  };

  // Composer may be unavailable, or have deleted a finished compose.
  if (isFinal(compose.status) && compose.image_status !== null) {
    return { status: 200, body: body(finalStatusOf(compose)) };
  }

  const { response, status } = await readStatus(ctx, request, compose).catch((error: unknown) => {
    throw error instanceof ServiceError ? error : internal('Failed to get compose status from client', error);
  });
  if (response.status === 404) {
    const cancelledStatus = await findCancelledStatus(ctx, compose.job_id);
    if (cancelledStatus === null) throw notFound(redactUpstreamText(response.text, compose.request));
    return { status: 200, body: body(cancelledStatus) };
  }
  if (response.status !== 200) {
    const cause = redactUpstreamText(response.text, compose.request);
    throw internal(`Failed querying compose status (code ${response.status})`, new Error(cause));
  }
  if (status === null) throw internal('Failed to decode compose status');
  return { status: 200, body: body(status), revision: isFinal(status.status) ? undefined : null };
};
