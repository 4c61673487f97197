import { warningsMember } from '../domain/composes/build-warnings.ts';
import { startComposes, type StartedCompose } from '../domain/composes/start-composes.ts';
import { labelsToStore, refuseMalformedLabels } from '../domain/labels.ts';
import { warningsHeader } from '../domain/warnings.ts';
import type { OperationHandler } from '../http/operation.ts';

export const composeImage: OperationHandler<'composeImage'> = async (ctx, request) => {
  // Labels are stored beside the request; composer does not receive them.
  const { labels, ...image } = request.body;
  refuseMalformedLabels(labels);
  const order = { request: image, blueprint: null, labels: labelsToStore(labels) };
  const [{ id, warnings }] = (await startComposes(ctx, request, [order])) as [StartedCompose];
  return {
    ...{ status: 201, body: { id, ...warningsMember([...request.ignored, ...warnings], request.query.hints) } },
    ...warningsHeader(warnings),
  };
};
