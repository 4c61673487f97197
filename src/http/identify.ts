import type { Request, RequestHandler } from 'express';
import type { AppContext } from '../context.ts';
import { fedoraIdentityReader, platformIdentityReader, type IdentityReader } from '../domain/identity.ts';
import { IdentityError } from './send-response.ts';

const valuesOf = (req: Request, header: string): readonly string[] | undefined => {
  const value = req.headers[header];
  // Node joins the values of a header that is sent twice, and no identity has a comma in it. It makes distinct values of all headers.
  return typeof value === 'string' && !value.includes(',') ? [value] : req.headersDistinct[header];
};

/**
 * Identifies the caller of every request, of unknown paths as well, except where the operation reads no identity. This stands before
 * openapi-backend's security handlers, because an unknown path is refused only to a caller with an identity.
 */
export function identifyCaller({ config, developmentIdentity }: AppContext): RequestHandler {
  const reader: IdentityReader = config.auth === 'fedora' ? fedoraIdentityReader() : platformIdentityReader();
  return (req, _res, next) => {
    const { exchange } = req;
    if (exchange.operation?.readsIdentity !== false) {
      const result = reader.read(valuesOf(req, reader.header) ?? developmentIdentity ?? []);
      if ('refusal' in result) throw new IdentityError(result.refusal);
      exchange.caller = result.identity;
    }
    next();
  };
}
