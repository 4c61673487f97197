import type { components } from '../../generated/image-builder.ts';
import type { AppContext } from '../context.ts';
import type { OperationHandler } from '../http/operation.ts';

type Version = components['schemas']['Version'];

/** Body of the version and of the liveness probe. */
export function versionBody({ document, config }: AppContext): Version {
  return {
    version: document.info.version,
    build_commit: config.version.commit,
    build_time: config.version.time,
  };
}

export const getVersion: OperationHandler<'getVersion'> = (ctx) => ({ status: 200, body: versionBody(ctx) });
