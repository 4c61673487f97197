import type { components } from '../../generated/image-builder.ts';
import type { ReadinessCheck } from '../config/index.ts';
import { serviceCall, type CallContext } from '../upstream/call-context.ts';
import type { AppContext } from '../context.ts';
import { internal, unavailable } from '../lib/errors.ts';
import { withTimeout } from '../lib/timeout.ts';
import type { OperationHandler } from '../http/operation.ts';
import { redactUpstreamText } from '../domain/redaction/upstream-text.ts';

type Check = (ctx: AppContext, call: CallContext) => Promise<void>;

const CHECKS: Readonly<Record<ReadinessCheck, Check>> = {
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

/** Milliseconds that the check of a service gets without which the process is ready as well. */
const OPTIONAL_TIMEOUT = 2_000;

const refuseWhenStopping = ({ lifecycle }: AppContext): void => {
  if (lifecycle.stopping) throw unavailable('the service is stopping');
};

async function check(ctx: AppContext, call: CallContext, service: ReadinessCheck): Promise<void> {
  const { ready } = ctx.metrics.database;
  const isRequired = ctx.config.readinessChecks.includes(service);
  try {
    const result = CHECKS[service](ctx, call);
    await (isRequired ? result : withTimeout(result, OPTIONAL_TIMEOUT, `${service} did not respond in time`));
    ready.set({ service }, 1);
  } catch (error) {
    ready.set({ service }, 0);
    throw error;
  }
}

/** @returns the services that failed and need not pass @throws the error of the first service that has to pass its check */
async function runChecks(ctx: AppContext, call: CallContext): Promise<readonly ReadinessCheck[]> {
  const required = ctx.config.readinessChecks;
  await Promise.all(required.map((service) => check(ctx, call, service)));
  const others = (Object.keys(CHECKS) as ReadinessCheck[]).filter((service) => !required.includes(service));
  const failed = others.map((service) =>
    check(ctx, call, service).then(
      () => [],
      () => [service],
    ),
  );
  return (await Promise.all(failed)).flat();
}

/**
 * Checks composer and the database, once for concurrent and successive probes.
 * @throws ServiceError `internal` when a service that is required fails, `unavailable` when the process is stopping
 */
export async function readiness(ctx: AppContext, call: CallContext): Promise<components['schemas']['Readiness']> {
  refuseWhenStopping(ctx);
  const failed = await ctx.readiness(() => runChecks(ctx, call));
  refuseWhenStopping(ctx);
  if (failed.length === 0) return { readiness: 'ready' };
  return { readiness: 'ready', degraded: [...failed] };
}

export const getReadiness: OperationHandler<'getReadiness'> = async (ctx, request) => ({
  status: 200,
  body: await readiness(ctx, request),
});
