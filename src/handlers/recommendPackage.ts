import { serviceCall } from '../upstream/call-context.ts';
import { closest } from '../lib/closest.ts';
import { INTERNAL_ERROR, internal, invalid } from '../lib/errors.ts';
import { given } from '../lib/members.ts';
import type { OperationHandler } from '../http/operation.ts';

const SUPPORTED_DISTRIBUTIONS = ['rhel8', 'rhel9', 'rhel10'];

export const recommendPackage: OperationHandler<'recommendPackage'> = async (ctx, request) => {
  const { body, log } = request;
  if (!SUPPORTED_DISTRIBUTIONS.includes(body.distribution)) {
    const takes = SUPPORTED_DISTRIBUTIONS.join(', ');
    throw invalid({
      detail: `unsupported distribution "${body.distribution}": must be one of ${takes}`,
      code: 'body.invalid',
      ...{ pointer: '/distribution', value: body.distribution, takes },
      ...given({ suggestion: closest(body.distribution, SUPPORTED_DISTRIBUTIONS) }),
    });
  }
  const response = await ctx.recommendations.getRecommendedPackages({ body }, serviceCall(request));
  const recommendations = response.json(200);
  if (response.status !== 200 || !recommendations || typeof recommendations !== 'object') {
    throw internal(INTERNAL_ERROR, new Error(`recommendations answered ${response.status}`));
  }
  const packages = Array.isArray(recommendations.packages) ? recommendations.packages : [];
  log.info(
    {
      event: 'packages.recommended',
      stats: { requested: body.packages.length, recommended: packages.length },
      ...{ packages: body.packages, amount: body.recommendedPackages, distribution: body.distribution },
      ...{ response: packages, model: recommendations.modelVersion },
    },
    'packages recommended',
  );
  if (packages.length === 0) return { status: 200, body: { packages } };
  return {
    status: 200,
    body: {
      packages,
      ...(typeof recommendations.modelVersion === 'string' ? { modelVersion: recommendations.modelVersion } : {}),
    },
  };
};
