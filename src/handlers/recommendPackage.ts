import { serviceCall } from '../upstream/call-context.ts';
import { INTERNAL_ERROR, internal, invalid } from '../lib/errors.ts';
import type { OperationHandler } from '../http/operation.ts';

const SUPPORTED = ['rhel8', 'rhel9', 'rhel10'];

export const recommendPackage: OperationHandler<'recommendPackage'> = async (ctx, request) => {
  const { body, log } = request;
  if (!SUPPORTED.includes(body.distribution)) {
    throw invalid(`unsupported distribution "${body.distribution}": must be one of ${SUPPORTED.join(', ')}`);
  }
  const answer = await ctx.recommendations.getRecommendedPackages({ body }, serviceCall(request));
  const found = answer.json(200);
  if (answer.status !== 200 || typeof found !== 'object' || found === null) {
    throw internal(INTERNAL_ERROR, new Error(`recommendations answered ${answer.status}`));
  }
  const packages = Array.isArray(found.packages) ? found.packages : [];
  log.info(
    {
      event: 'packages.recommended',
      stats: { requested: body.packages.length, recommended: packages.length },
      ...{ packages: body.packages, amount: body.recommendedPackages, distribution: body.distribution },
      ...{ response: packages, model: found.modelVersion },
    },
    'packages recommended',
  );
  // Without packages the model's version says nothing.
  if (packages.length === 0) return { status: 200, body: { packages } };
  return {
    status: 200,
    body: { packages, ...(typeof found.modelVersion === 'string' ? { modelVersion: found.modelVersion } : {}) },
  };
};
