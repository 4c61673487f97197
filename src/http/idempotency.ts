import { randomUUID } from 'node:crypto';
import type { AppContext } from '../context.ts';
import { conflict, internal, invalid, ServiceError, unprocessable } from '../lib/errors.ts';
import { webhookNotFound, webhooksNotAvailable } from '../domain/webhooks/errors.ts';
import { toRotatedSecret } from '../domain/webhooks/presenter.ts';
import { failureResponse, jsonResponse, type PreparedResponse } from './send-response.ts';
import type { OperationId } from './operation.ts';
import { requestFingerprint } from './request-fingerprint.ts';

type KeyedRequest = Parameters<AppContext['db']['idempotencyKeys']['take']>[1];
type TakenKey = NonNullable<Awaited<ReturnType<AppContext['db']['idempotencyKeys']['find']>>>;

export const IDEMPOTENCY_KEY = 'idempotency-key';

const REPLAYED = { 'Idempotency-Replayed': 'true' } as const;

/** Seconds until a client may repeat its request: while the first one runs, and while its outcome is unknown. */
const RUNNING_SECONDS = 1;
const UNKNOWN_SECONDS = 30;

const ATTEMPTS = 10;

interface Outcome {
  readonly status: number;
  readonly body: unknown;
}

/** @throws ServiceError if the webhook has been deleted, or the encryption key is missing */
const findWebhookSecret = async ({ db }: AppContext, orgId: string, id: string) => {
  const webhook = await db.webhooks.find(orgId, id);
  if (webhook === null) throw webhookNotFound();
  if (!db.secrets.canEncrypt) throw webhooksNotAvailable();
  return { webhook, secret: await db.secrets.decrypt(orgId, id, webhook.secret) };
};

/** The response of an operation of which only the ids of created objects are stored. */
type Recovery = (created: readonly string[], ctx: AppContext, orgId: string) => Outcome | Promise<Outcome>;

const RECOVERIES: Readonly<Partial<Record<OperationId, Recovery>>> = {
  composeImage: ([id]) => ({ status: 201, body: { id } }),
  composeBlueprint: (created) => ({ status: 201, body: created.map((id) => ({ id })) }),
  createBlueprint: ([id]) => ({ status: 201, body: { id } }),
  rebuildCompose: ([id]) => ({ status: 201, body: { id } }),
  cloneCompose: ([id]) => ({ status: 201, body: { id } }),
  restoreBlueprint: async ([id = ''], { db }, orgId) => ({
    status: 200,
    body: await db.blueprints.findVersionNumber(orgId, id),
  }),
  createWebhook: async ([id = ''], ctx, orgId) => {
    const { secret } = await findWebhookSecret(ctx, orgId, id);
    return { status: 201, body: { id, secret } };
  },
  rotateWebhookSecret: async ([id = ''], ctx, orgId) => {
    const { webhook, secret } = await findWebhookSecret(ctx, orgId, id);
    return { status: 200, body: toRotatedSecret(webhook, secret) };
  },
};

interface KeyedOperation {
  readonly id: OperationId;
  readonly idempotency: 'plain' | 'encrypted' | null;
}

type KeyOwner = { readonly operation: KeyedOperation; readonly orgId: string };

const toStored = async (
  { db: { secrets } }: AppContext,
  { operation, orgId }: KeyOwner,
  id: string,
  text: string,
): Promise<string> =>
  operation.idempotency === 'encrypted' && secrets.canEncrypt ? secrets.encrypt(orgId, id, text) : text;

/** @throws ServiceError if the encryption key is missing */
const fromStored = async (
  { db: { secrets } }: AppContext,
  { operation, orgId }: KeyOwner,
  { id, body }: TakenKey,
): Promise<string> => {
  if (operation.idempotency !== 'encrypted') return body ?? '';
  if (!secrets.canEncrypt) throw webhooksNotAvailable();
  return secrets.decrypt(orgId, id, body ?? '');
};

/** A string of a structured field (RFC 9651), or the bare text that many clients send. */
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\]){1,255})"$/;
const BARE = /^[!#-~]{1,255}$/;

const KEY_POINTER = 'header.Idempotency-Key';

const inProgress = (detail: string, retryAfter: number): ServiceError =>
  conflict({ detail, code: 'idempotency.in_progress', pointer: KEY_POINTER }, retryAfter);

/** @throws ServiceError `invalid` */
const parseKey = (header: string): string => {
  const text = header.trim();
  const quoted = QUOTED.exec(text)?.[1];
  if (quoted !== undefined) return quoted.replaceAll(/\\(.)/g, '$1');
  if (BARE.test(text)) return text;
  throw invalid({
    detail: 'Idempotency-Key: must be 1 to 255 printable characters, bare or as a quoted string',
    code: 'parameter.invalid',
    pointer: KEY_POINTER,
  });
};

const replay = (status: number, text: string): PreparedResponse => ({
  ...{ status, type: 'application/json', text },
  // The client may retry after a 503, with a new key.
  headers: status === 503 ? { ...REPLAYED, 'Retry-After': String(UNKNOWN_SECONDS) } : REPLAYED,
});

const interruptedResponse = ({ created, wanted }: TakenKey): PreparedResponse => {
  const detail = `the request was interrupted after ${created.length} of ${wanted} builds were started`;
  const { status, text } = failureResponse(internal(detail));
  return replay(status, text);
};

/** The response to a repeated request; `null` if the request has to be executed again. */
const responseTo = async (
  ctx: AppContext,
  operation: KeyedOperation,
  request: KeyedRequest,
  taken: TakenKey,
): Promise<PreparedResponse | null> => {
  if (taken.fingerprint !== request.fingerprint) {
    const detail = 'Idempotency-Key: the key was used for another request; use a new key for a new request';
    throw unprocessable([
      { title: 'Idempotency key reused', detail, code: 'idempotency.key_reused', pointer: KEY_POINTER },
    ]);
  }
  if (taken.status !== null)
    return replay(taken.status, await fromStored(ctx, { operation, orgId: request.orgId }, taken));
  if (taken.running) {
    throw inProgress('Idempotency-Key: the first request with this key is still running', RUNNING_SECONDS);
  }
  // The first request was interrupted: the objects that it created are its response, once its outcome is known.
  if (taken.pending) {
    throw inProgress('Idempotency-Key: it is not known yet whether the first request succeeded', UNKNOWN_SECONDS);
  }
  if (taken.created.length === 0) return null;
  if (taken.created.length < (taken.wanted ?? 1)) return interruptedResponse(taken);
  const outcome = await RECOVERIES[operation.id]?.(taken.created, ctx, request.orgId);
  const { status, text } = jsonResponse(outcome?.status ?? 201, outcome?.body);
  return replay(status, text);
};

const takeKey = async (
  ctx: AppContext,
  operation: KeyedOperation,
  request: KeyedRequest,
): Promise<string | PreparedResponse> => {
  const { db, heartbeat } = ctx;
  const id = randomUUID();
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await db.idempotencyKeys.take(id, request, await heartbeat.processId())) return id;
    const taken = await db.idempotencyKeys.find(request);
    if (taken === null) continue;
    const response = await responseTo(ctx, operation, request, taken);
    if (response !== null) return response;
    // Only one of the concurrent requests frees the key; the others read the new row.
    await db.idempotencyKeys.free(taken.id);
  }
  throw inProgress('Idempotency-Key: other requests with this key run at the same time', RUNNING_SECONDS);
};

/**
 * Executes a request with an idempotency key, unless it was executed before: then returns the stored response.
 * Failures without effect are not stored, so that the request can be repeated.
 * @param subject path parameters and body, which a repetition must have as well
 * @param execute receives the id under which its effects are recorded
 * @throws ServiceError `invalid`, `unprocessable` for the key of another request, `conflict` while the outcome is
 * unknown
 */
export async function runIdempotent(
  ctx: AppContext,
  request: {
    readonly operation: KeyedOperation;
    readonly orgId: string;
    readonly header: string;
    readonly subject: object;
  },
  execute: (idempotencyId: string) => PreparedResponse | Promise<PreparedResponse>,
): Promise<PreparedResponse> {
  const { operation, orgId, header, subject } = request;
  const key = parseKey(header);
  const fingerprint = await requestFingerprint(subject, JSON.stringify([orgId, operation.id, key]));
  const taken = await takeKey(ctx, operation, { operation: operation.id, orgId, key, fingerprint });
  if (typeof taken !== 'string') return taken;

  const { db, retries } = ctx;
  /** Updates the key, with retries. Until then the request counts as running. */
  const update = async (what: string, run: () => Promise<void>): Promise<void> => {
    await run().catch(() => retries.add({ what, fields: { idempotency_id: taken }, run }));
  };
  const store = ({ status, text }: PreparedResponse): Promise<void> =>
    update('store the response of a request with an idempotency key', async () =>
      db.idempotencyKeys.recordResponse(taken, status, await toStored(ctx, { operation, orgId }, taken, text)),
    );
  const free = (): Promise<void> =>
    update('free an idempotency key', async () => {
      if (!(await db.idempotencyKeys.free(taken))) await db.idempotencyKeys.detach(taken);
    });
  const markInterrupted = (): Promise<void> =>
    update('mark an idempotency key as interrupted', () => db.idempotencyKeys.detach(taken));
  try {
    const response = await execute(taken);
    await store(response);
    return response;
  } catch (error) {
    if (!(error instanceof ServiceError)) await markInterrupted();
    else if (error.effectUnknown) await store(failureResponse(error));
    else await free();
    throw error;
  }
}
