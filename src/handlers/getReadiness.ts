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
 * Runs the configured checks, once for concurrent and successive probes.
 * @throws ServiceError `internal` when a check fails, `unavailable` when the process is stopping
 */
export async function readiness(ctx: AppContext, call: CallContext): Promise<components['schemas']['Readiness']> {
  refuseWhenStopping(ctx);
  await ctx.readiness(() => Promise.all(ctx.config.readinessChecks.map((check) => CHECKS[check](ctx, call))));
  refuseWhenStopping(ctx);
  return { readiness: 'ready' };
}

export const getReadiness: OperationHandler<'getReadiness'> = async (ctx, request) => ({
  status: 200,
  body: await readiness(ctx, request),
});
