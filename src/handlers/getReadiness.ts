import type { components } from '../../generated/image-builder.ts';
import { serviceCall, type CallContext } from '../upstream/call-context.ts';
import type { AppContext } from '../context.ts';
import { internal, unavailable } from '../lib/errors.ts';
import type { OperationHandler } from '../http/operation.ts';
import { redactUpstreamText } from '../domain/redaction/upstream-text.ts';

const CHECKS: Readonly<Record<'composer' | 'database', (ctx: AppContext, call: CallContext) => Promise<void>>> = {
  composer: async ({ composer }, call) => {
    const { status, text } = await composer.getOpenapi({}, { ...serviceCall(call), urgent: true });
    if (status !== 200) throw internal(`Failed to contact osbuild-composer: ${redactUpstreamText(text)}`);
  },
  database: async ({ db }) => {
    await db.ping().catch((error: unknown) => {
      throw internal('Failed to contact the database', error);
    });
  },
};

const refuseWhenStopping = ({ lifecycle }: AppContext): void => {
  if (lifecycle.stopping) throw unavailable('the service is stopping');
};

/**
 * Asks what the configuration names: composer, unless it says otherwise. Probes that come together, or shortly after each other,
 * share one answer, so that they cannot overload what is asked. That the process is about to end is told at once.
 * @throws ServiceError `internal` when one of them does not answer well, `unavailable` once the process is about to end
 */
export const readiness = async (ctx: AppContext, call: CallContext): Promise<components['schemas']['Readiness']> => {
  refuseWhenStopping(ctx);
  await ctx.readiness(() => Promise.all(ctx.config.readinessChecks.map((check) => CHECKS[check](ctx, call))));
  refuseWhenStopping(ctx);
  return { readiness: 'ready' };
};

export const getReadiness: OperationHandler<'getReadiness'> = async (ctx, request) => ({
  status: 200,
  body: await readiness(ctx, request),
});
