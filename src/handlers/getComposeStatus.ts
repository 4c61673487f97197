import { endOfForgotten } from '../builds/cancel-build.ts';
import { isFinal, readStatus } from '../builds/compose-status.ts';
import { withHint } from '../compose/error-hint.ts';
import { toImageStatus, type ImageStatus } from '../compose/image-status.ts';
import type { components } from '../../generated/image-builder.ts';
import type { AppContext } from '../context.ts';
import { internal, notFound, ServiceError } from '../errors.ts';
import { createKeptAnswers } from '../http/kept-answers.ts';
import { keptFor } from '../kept-for.ts';
import { shownLabels } from '../labels.ts';
import type { OperationHandler } from '../http/operation.ts';
import { redactForeignText } from '../redaction/foreign.ts';
import { redactRequest, redactStatus } from '../redaction/shown.ts';

type StoredCompose = NonNullable<Awaited<ReturnType<AppContext['db']['composes']['findStatus']>>>;

/** How a build ended. @throws ServiceError `internal` where what is kept of that cannot be read */
const finalStatusOf = (compose: StoredCompose): ImageStatus => {
  const status = toImageStatus(compose);
  if (status === null) throw internal('Failed to decode compose status');
  return status;
};

const finalAnswers = keptFor((_ctx: AppContext) => createKeptAnswers<components['schemas']['ComposeStatus']>());

export const getComposeStatus: OperationHandler<'getComposeStatus'> = async (ctx, request) => {
  const { params, query, identity } = request;
  const compose = await ctx.db.composes.findStatus(identity.orgId, params.composeId);
  // The organization is part of the lookup: somebody else's compose looks exactly like none.
  if (compose === null) throw notFound(`Compose entry ${params.composeId} not found compose entry not found`);
  const body = (status: ImageStatus) => {
    const shown = redactStatus(status, compose.request);
    const request = redactRequest(compose.request);
    return { image_status: query.hints ? withHint(shown) : shown, request, ...shownLabels(compose.labels) };
  };

  // A build that is over is not asked for any more: composer may be away, or have forgotten it.
  if (isFinal(compose.status) && compose.texts[1] !== '') {
    const key = `${compose.job_id}${query.hints ? ' with hints' : ''}`;
    return { status: 200, body: finalAnswers(ctx).get(key, compose.texts, () => body(finalStatusOf(compose))) };
  }

  const { answer, status } = await readStatus(ctx, request, compose).catch((error: unknown) => {
    throw error instanceof ServiceError ? error : internal('Failed to get compose status from client', error);
  });
  if (answer.status === 404) {
    const end = await endOfForgotten(ctx, compose.job_id);
    if (end === null) throw notFound(redactForeignText(answer.text, compose.request));
    return { status: 200, body: body(end) };
  }
  if (answer.status !== 200) {
    const said = redactForeignText(answer.text, compose.request);
    throw internal(`Failed querying compose status (code ${answer.status})`, new Error(said));
  }
  if (status === null) throw internal('Failed to decode compose status');
  return { status: 200, body: body(status), revision: isFinal(status.status) ? undefined : null };
};
