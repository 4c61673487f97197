import { startComposes } from '../domain/composes/start-composes.ts';
import { labelsToStore, refuseMalformedLabels } from '../domain/labels.ts';
import type { OperationHandler } from '../http/operation.ts';

export const composeImage: OperationHandler<'composeImage'> = async (ctx, request) => {
  // Labels are stored beside the request; composer does not receive them.
  const { labels, ...image } = request.body;
  refuseMalformedLabels(labels);
  const [id] = await startComposes(ctx, request, [{ request: image, blueprint: null, labels: labelsToStore(labels) }]);
  return { status: 201, body: { id: id as string } };
};
