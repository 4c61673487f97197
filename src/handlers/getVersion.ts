import type { components } from '../../generated/image-builder.ts';
import type { AppContext } from '../context.ts';
import { KeptText, type OperationHandler } from '../http/operation.ts';
import { keptFor } from '../kept-for.ts';

type Version = components['schemas']['Version'];

/** What this process runs; also the answer of the liveness probe. */
export const versionBody = ({ document, config }: AppContext): Version => ({
  version: document.info.version,
  build_commit: config.version.commit,
  build_time: config.version.time,
});

const versionText = keptFor(
  (ctx: AppContext) => new KeptText<Version>(JSON.stringify(versionBody(ctx)), { compressed: false }),
);

export const getVersion: OperationHandler<'getVersion'> = (ctx) => ({ status: 200, body: versionText(ctx) });
