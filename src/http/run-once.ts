import { randomUUID } from 'node:crypto';
import type { AppContext } from '../context.ts';
import { conflict, internal, invalid, ServiceError, unprocessable } from '../lib/errors.ts';
import { webhookNotFound, webhooksOff } from '../domain/webhooks/refusals.ts';
import { failureAnswer, jsonAnswer, type Answer } from './answer.ts';
import type { OperationId } from './operation.ts';
import { requestFingerprint } from './request-fingerprint.ts';

type KeyedRequest = Parameters<AppContext['db']['idempotencyKeys']['take']>[1];
type TakenKey = NonNullable<Awaited<ReturnType<AppContext['db']['idempotencyKeys']['find']>>>;

/** Name of the header, in lower case. */
export const IDEMPOTENCY_KEY = 'idempotency-key';

/** Marks an answer that was given before. */
const REPLAYED = { 'Idempotency-Replayed': 'true' } as const;

/** Seconds after which a caller repeats its request: while the first one runs, and while its outcome is unknown. */
const RUNNING_SECONDS = 1;
const UNSETTLED_SECONDS = 30;

/** How often a key is read that other requests take and free at the same time. */
const ATTEMPTS = 10;

/** What an operation answers. */
interface Outcome {
  readonly status: number;
  readonly body: unknown;
}

/** What the operation answers when everything that is known of it is the ids of what it made. */
type Recovery = (created: readonly string[], ctx: AppContext, orgId: string) => Outcome | Promise<Outcome>;

const RECOVERED: Readonly<Partial<Record<OperationId, Recovery>>> = {
  composeImage: ([id]) => ({ status: 201, body: { id } }),
  composeBlueprint: (created) => ({ status: 201, body: created.map((id) => ({ id })) }),
  createBlueprint: ([id]) => ({ status: 201, body: { id } }),
  rebuildCompose: ([id]) => ({ status: 201, body: { id } }),
  cloneCompose: ([id]) => ({ status: 201, body: { id } }),
  restoreBlueprint: async ([id = ''], { db }, orgId) => ({
    status: 200,
    body: await db.blueprints.findVersionNumber(orgId, id),
  }),
  createWebhook: async ([id = ''], { db, secretBox }, orgId) => {
    const webhook = await db.webhooks.find(orgId, id);
    if (webhook === null) throw webhookNotFound();
    if (secretBox === null) throw webhooksOff();
    return { status: 201, body: { id, secret: secretBox.open(webhook.secret, id) } };
  },
};

/** The operation of a request, as far as it matters here. */
interface KeyedOperation {
  readonly id: OperationId;
  readonly idempotency: 'plain' | 'encrypted' | null;
}

/** The text of a response as it is stored. */
const toStored = ({ secretBox }: AppContext, { idempotency }: KeyedOperation, id: string, text: string): string =>
  idempotency === 'encrypted' && secretBox !== null ? secretBox.seal(text, id) : text;

/** The text of a response that was stored. @throws ServiceError where the key for it is no longer there */
const fromStored = ({ secretBox }: AppContext, { idempotency }: KeyedOperation, { id, body }: TakenKey): string => {
  if (idempotency !== 'encrypted') return body ?? '';
  if (secretBox === null) throw webhooksOff();
  return secretBox.open(body ?? '', id);
};

/** A string of a structured field (RFC 9651), or the bare text that many clients send. */
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\]){1,255})"$/;
const BARE = /^[!#-~]{1,255}$/;

const KEY_POINTER = 'header.Idempotency-Key';

const inProgress = (detail: string, retryAfter: number): ServiceError =>
  conflict({ detail, code: 'idempotency.in_progress', pointer: KEY_POINTER }, retryAfter);

/** @throws ServiceError `invalid` when the header is no key */
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

const replay = (status: number, text: string): Answer => ({
  ...{ status, type: 'application/json', text },
  // A 503 says when to repeat the request: with another key, since this one is used.
  headers: status === 503 ? { ...REPLAYED, 'Retry-After': String(UNSETTLED_SECONDS) } : REPLAYED,
});

/** Says that a request ended in the middle. */
const interrupted = ({ created, wanted }: TakenKey): Answer => {
  const detail = `the request was interrupted after ${created.length} of ${wanted} builds were started`;
  const { status, text } = failureAnswer(internal(detail));
  return replay(status, text);
};

/** The answer that a taken key stands for, `null` when its request is to be executed again. */
const answerOf = async (
  ctx: AppContext,
  operation: KeyedOperation,
  request: KeyedRequest,
  taken: TakenKey,
): Promise<Answer | null> => {
  if (taken.fingerprint !== request.fingerprint) {
    const detail = 'Idempotency-Key: the key was used for another request; use a new key for a new request';
    throw unprocessable([
      { title: 'Idempotency key reused', detail, code: 'idempotency.key_reused', pointer: KEY_POINTER },
    ]);
  }
  if (taken.status !== null) return replay(taken.status, fromStored(ctx, operation, taken));
  if (taken.running) {
    throw inProgress('Idempotency-Key: the first request with this key is still running', RUNNING_SECONDS);
  }
  // Its process died, or lost sight of it. What it made is its answer, once that is certain.
  if (taken.pending) {
    throw inProgress('Idempotency-Key: it is not known yet whether the first request succeeded', UNSETTLED_SECONDS);
  }
  if (taken.created.length === 0) return null;
  if (taken.created.length < (taken.wanted ?? 1)) return interrupted(taken);
  const outcome = await RECOVERED[operation.id]?.(taken.created, ctx, request.orgId);
  const { status, text } = jsonAnswer(outcome?.status ?? 201, outcome?.body);
  return replay(status, text);
};

/** Takes the key, or gives the answer that it stands for. */
const takeKey = async (ctx: AppContext, operation: KeyedOperation, request: KeyedRequest): Promise<string | Answer> => {
  const { db, heartbeat } = ctx;
  const id = randomUUID();
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await db.idempotencyKeys.take(id, request, await heartbeat.processId())) return id;
    const taken = await db.idempotencyKeys.find(request);
    if (taken === null) continue;
    const answer = await answerOf(ctx, operation, request, taken);
    if (answer !== null) return answer;
    // One request frees it first; the others read what became of it.
    await db.idempotencyKeys.free(taken.id);
  }
  throw inProgress('Idempotency-Key: other requests with this key run at the same time', RUNNING_SECONDS);
};

/**
 * Executes a request that its client marked with a key, unless it was executed before: then the client receives the first response.
 * Failures without effect are not stored, so that the request can be repeated. After a failure with an unknown effect the database
 * knows what came of the request.
 * @param header as the client sent it
 * @param subject what tells the request from others: path parameters and body
 * @param run executes the request; receives the id under which its effects are recorded
 * @throws ServiceError `invalid` for what is no key, `unprocessable` for a key of another request, `conflict` while the first
 *   request runs or its outcome is unknown; and what `run` throws
 */
export const runOnce = async (
  ctx: AppContext,
  request: {
    readonly operation: KeyedOperation;
    readonly orgId: string;
    readonly header: string;
    readonly subject: object;
  },
  run: (idempotencyId: string) => Answer | Promise<Answer>,
): Promise<Answer> => {
  const { operation, orgId, header, subject } = request;
  const key = parseKey(header);
  const fingerprint = await requestFingerprint(subject, JSON.stringify([orgId, operation.id, key]));
  const taken = await takeKey(ctx, operation, { operation: operation.id, orgId, key, fingerprint });
  if (typeof taken !== 'string') return taken;

  const { db, retries } = ctx;
  /** Does something to the key, later if it cannot be done now. Until then the request counts as running. */
  const settle = async (what: string, run: () => Promise<void>): Promise<void> => {
    await run().catch(() => retries.add({ what, fields: { idempotency_id: taken }, run }));
  };
  const keep = ({ status, text }: Answer): Promise<void> =>
    settle('keep the answer of a request with an idempotency key', () =>
      db.idempotencyKeys.recordResponse(taken, status, toStored(ctx, operation, taken, text)),
    );
  const free = (): Promise<void> =>
    settle('free an idempotency key', async () => {
      if (!(await db.idempotencyKeys.free(taken))) await db.idempotencyKeys.leave(taken);
    });
  const leave = (): Promise<void> => settle('leave an idempotency key', () => db.idempotencyKeys.leave(taken));
  try {
    const answer = await run(taken);
    await keep(answer);
    return answer;
  } catch (error) {
    if (!(error instanceof ServiceError)) await leave();
    else if (error.effectUnknown) await keep(failureAnswer(error));
    else await free();
    throw error;
  }
};
