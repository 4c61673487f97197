import type { ComposerOperations } from '../../upstream/operations.ts';
import { serviceCall, type CallContext } from '../../upstream/call-context.ts';
import type { SbomRow } from '../../db/queries/compose-sboms.ts';
import { createSingleFlight, type SingleFlight } from './single-flight.ts';
import { isFinal, toImageStatus, type ImageStatus } from '../compose-requests/image-status.ts';
import { toComposeMetadata } from '../compose-requests/metadata.ts';
import type { AppContext } from '../../context.ts';
import type { ComposeProgress } from '../../db/queries/compose-statuses.ts';
import { redactUpstreamJson } from '../redaction/upstream-text.ts';

type StatusResponse = Awaited<ReturnType<ComposerOperations['getComposeStatus']>>;
type MetadataResponse = Awaited<ReturnType<ComposerOperations['getComposeMetadata']>>;

/** Calls to composer, coalesced: concurrent callers share a response. */
export interface ComposerReads {
  readonly status: (call: CallContext, jobId: string) => Promise<StatusResponse>;
  readonly metadata: (call: CallContext, jobId: string) => Promise<MetadataResponse>;
  readonly sboms: SingleFlight<readonly SbomRow[]>['get'];
}

/** @param ttl milliseconds for which a response is reused */
export function createComposerReads(composer: ComposerOperations, ttl: number): ComposerReads {
  const statuses = createSingleFlight<StatusResponse>(ttl);
  const metadata = createSingleFlight<MetadataResponse>(ttl);
  return {
    status: (call, jobId) =>
      statuses.get(jobId, () => composer.getComposeStatus({ path: { id: jobId } }, serviceCall(call))),
    metadata: (call, jobId) =>
      metadata.get(jobId, () => composer.getComposeMetadata({ path: { id: jobId } }, serviceCall(call))),
    // Not cached: SBOMs are large, and the database stores them after the first read.
    sboms: createSingleFlight<readonly SbomRow[]>(0).get,
  };
}

/** Statuses that the database can store; composer has more. */
const STORED: ReadonlySet<string> = new Set(['pending', 'building', 'uploading', 'registering']);

type StatusContext = Pick<AppContext, 'db' | 'composerReads'>;

/** Stores a response of composer. A failure is logged and returns `undefined`: the caller still gets the response. */
export async function storeResponse<Result>(
  call: CallContext,
  jobId: string,
  work: Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    call.log.warn(
      { event: 'compose.status_store_failed', err: error, job_id: jobId },
      'a response of composer about a compose cannot be stored',
    );
    return undefined;
  }
}

/** A final status as it is stored. Where secrets are encrypted, its error has none: composer's errors may repeat the request. */
async function toStoredStatus({ db }: StatusContext, jobId: string, status: { readonly error?: unknown }) {
  if (!db.secrets.sealsRequests || !status.error) return JSON.stringify(status);
  const request = await db.composes.findRequest(jobId);
  return JSON.stringify({ ...status, error: redactUpstreamJson(status.error, request) });
}

export interface ReadStatus {
  readonly response: StatusResponse;
  readonly status: ImageStatus | null;
}

/** Composer's metadata as they are stored, `null` for a response without them. Composer repeats the request, with its secrets. */
const toStoredMetadata = (response: MetadataResponse): string | null => {
  const body: unknown = response.json(200);
  if (body === undefined || toComposeMetadata(body) === null) return null;
  const { request: _request, ...metadata } = body as Readonly<Record<string, unknown>>;
  return JSON.stringify(metadata);
};

/** Metadata that are stored with a final status; `null` when composer does not respond with them: they are requested again. */
const tryReadMetadata = async (
  { composerReads }: StatusContext,
  call: CallContext,
  jobId: string,
): Promise<string | null> => {
  try {
    return toStoredMetadata(await composerReads.metadata(call, jobId));
  } catch {
    return null;
  }
};

/**
 * Requests the status of a compose from composer and stores it if it changed.
 * @param withMetadata whether the metadata of a finished compose are requested as well, and stored by the same statement
 * @throws as the client
 */
export async function readStatus(
  ctx: StatusContext,
  call: CallContext,
  known: ComposeProgress,
  withMetadata = false,
): Promise<ReadStatus> {
  const { db, composerReads } = ctx;
  const jobId = known.job_id;
  const response = await composerReads.status(call, jobId);
  const body = response.json(200);
  const status = toImageStatus(body);
  if (status === null) return { response, status };
  const isFinished = isFinal(status.status);
  if (!isFinished && (status.status === known.status || !STORED.has(status.status))) return { response, status };
  const { image_status: final } = body as { readonly image_status: object };
  const imageStatus = isFinished ? await toStoredStatus(ctx, jobId, final) : null;
  const metadata = isFinished && withMetadata ? await tryReadMetadata(ctx, call, jobId) : null;
  const stored = db.composes.recordStatus(jobId, status.status, imageStatus, metadata);
  const recorded = await storeResponse(call, jobId, stored);
  if (!isFinished || recorded !== false) return { response, status };
  // The compose has another final status already, usually because it was cancelled: all callers get that one.
  return { response, status: toImageStatus(await db.composes.findProgress(jobId)) ?? status };
}

/** Requests the metadata of an image from composer, and stores it once the compose is finished. @throws as the client */
export async function readMetadata(
  { db, composerReads }: StatusContext,
  call: CallContext,
  known: ComposeProgress,
): Promise<MetadataResponse> {
  const response = await composerReads.metadata(call, known.job_id);
  const metadata = isFinal(known.status) ? toStoredMetadata(response) : null;
  if (metadata !== null) await storeResponse(call, known.job_id, db.composes.recordMetadata(known.job_id, metadata));
  return response;
}
