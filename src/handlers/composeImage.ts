import { startComposes } from '../domain/composes/start-composes.ts';
import { givenLabels, refuseMalformedLabels } from '../domain/labels.ts';
import type { OperationHandler } from '../http/operation.ts';

export const composeImage: OperationHandler<'composeImage'> = async (ctx, request) => {
  // Labels are shown beside the request that a build was made of, and are nothing that composer is told.
  const { labels, ...image } = request.body;
  refuseMalformedLabels(labels);
  const [id] = await startComposes(ctx, request, [{ request: image, blueprint: null, labels: givenLabels(labels) }]);
  return { status: 201, body: { id: id as string } };
};
