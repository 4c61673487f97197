import type { Request, RequestHandler } from 'express';
import type { AppContext } from '../context.ts';
import { fedoraIdentityReader, platformIdentityReader, type IdentityReader } from '../domain/identity.ts';
import { isSentByThisMachine } from './local-requests.ts';
import { IdentityError } from './send-response.ts';

const valuesOf = (req: Request, header: string): readonly string[] | undefined => {
  const value = req.headers[header];
  // Node joins repeated headers with a comma, which no identity contains. `headersDistinct` is slow, so it is read
  // only then.
  return typeof value === 'string' && !value.includes(',') ? [value] : req.headersDistinct[header];
};

/**
 * Identifies the caller of every request, also for unknown paths, before openapi-backend runs: only callers with an
 * identity receive 404.
 */
export function identifyCaller({ config, developmentIdentity, entitlements }: AppContext): RequestHandler {
  const reader: IdentityReader = config.auth === 'fedora' ? fedoraIdentityReader() : platformIdentityReader();
  const defaultOf = (req: Request): readonly string[] =>
    developmentIdentity !== null && isSentByThisMachine(req) ? developmentIdentity : [];
  return (req, _res, next) => {
    const { exchange } = req;
    if (exchange.operation?.readsIdentity !== false) {
      const result = reader.read(valuesOf(req, reader.header) ?? defaultOf(req));
      if ('refusal' in result) throw new IdentityError(result.refusal);
      const { identity } = result;
      exchange.caller = identity;
      if (identity.statesEntitlement && entitlements.known.get(identity.orgId) !== identity.entitled)
        entitlements.observe(identity);
    }
    next();
  };
}
