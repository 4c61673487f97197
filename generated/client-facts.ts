// Made from api/openapi.yaml and src/lib/error-codes.ts by `npm run generate`. Do not edit.

/** Paths whose POST takes an `Idempotency-Key`. */
export const KEYED_PATHS = [
  '/compose',
  '/blueprints',
  '/blueprints/{id}/compose',
  '/webhooks',
  '/webhooks/{id}/rotate-secret',
  '/composes/{composeId}/rebuild',
  '/composes/{composeId}/clone',
  '/blueprints/{id}/restore',
] as const;

/** Codes of error responses. */
export const ERROR_CODES = [
  'request.malformed',
  'request.invalid',
  'body.invalid',
  'parameter.invalid',
  'member.unknown',
  'parameter.unknown',
  'distribution.not_available',
  'content.not_available',
  'identity.refused',
  'access.denied',
  'quota.exceeded',
  'storage.limit_reached',
  'resource.not_found',
  'operation.not_found',
  'method.not_allowed',
  'request.timeout',
  'state.conflict',
  'idempotency.in_progress',
  'idempotency.key_reused',
  'precondition.failed',
  'body.too_large',
  'media_type.unsupported',
  'rule.violated',
  'name.not_unique',
  'rate_limit.exceeded',
  'headers.too_large',
  'service.failed',
  'secret.unreadable',
  'outcome.unknown',
  'service.unavailable',
] as const;
