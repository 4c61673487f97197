import type { ComposerOperations } from '../../upstream/operations.ts';
import { serviceCall, type CallContext } from '../../upstream/call-context.ts';
import type { SbomRow } from '../../db/queries/compose-sboms.ts';
import { createSharedReads, type SharedReads } from './coalesced-reads.ts';
import { toImageStatus, type ImageStatus } from '../compose-requests/image-status.ts';
import { toComposeMetadata } from '../compose-requests/metadata.ts';
import type { AppContext } from '../../context.ts';
import type { ComposeProgress } from '../../db/queries/compose-statuses.ts';

type StatusAnswer = Awaited<ReturnType<ComposerOperations['getComposeStatus']>>;
type MetadataAnswer = Awaited<ReturnType<ComposerOperations['getComposeMetadata']>>;

/** Calls to composer that concurrent callers share. */
export interface ComposerReads {
  readonly status: (call: CallContext, jobId: string) => Promise<StatusAnswer>;
  readonly metadata: (call: CallContext, jobId: string) => Promise<MetadataAnswer>;
  /** SBOMs of a compose, until they are stored. */
  readonly sboms: SharedReads<readonly SbomRow[]>['get'];
}

/** @param reuse milliseconds for which a response is reused */
export function createComposerReads(composer: ComposerOperations, reuse: number): ComposerReads {
  const statuses = createSharedReads<StatusAnswer>(reuse);
  const metadata = createSharedReads<MetadataAnswer>(reuse);
  return {
    status: (call, jobId) =>
      statuses.get(jobId, () => composer.getComposeStatus({ path: { id: jobId } }, serviceCall(call))),
    metadata: (call, jobId) =>
      metadata.get(jobId, () => composer.getComposeMetadata({ path: { id: jobId } }, serviceCall(call))),
    // The database stores them after the first read, and they are too long to be cached.
    sboms: createSharedReads<readonly SbomRow[]>(0).get,
  };
}

/** Statuses of a build that the database stores; composer may have others. */
const STORED: ReadonlySet<string> = new Set(['pending', 'building', 'uploading', 'registering']);

/** Statuses of a build that is over. */
const FINAL: ReadonlySet<string> = new Set(['success', 'failure']);

/** Whether a build with this status is over. */
export function isFinal(status: string | null): boolean {
  return status !== null && FINAL.has(status);
}

type StatusContext = Pick<AppContext, 'db' | 'composerReads'>;

/** Stores a response of composer. A failure is logged and resolves to `undefined`: the response is returned all the same. */
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

/** Composer's response about a compose, and the status in it, `null` without one. */
export interface ReadStatus {
  readonly answer: StatusAnswer;
  readonly status: ImageStatus | null;
}

/**
 * Requests the status of a compose from composer and stores it if it is new: once the build is over, for good.
 * @param known the stored progress
 * @throws as the client
 */
export async function readStatus(
  { db, composerReads }: StatusContext,
  call: CallContext,
  known: ComposeProgress,
): Promise<ReadStatus> {
  const jobId = known.job_id;
  const answer = await composerReads.status(call, jobId);
  const body = answer.json(200);
  const status = toImageStatus(body);
  if (status === null) return { answer, status };
  const isOver = isFinal(status.status);
  if (!isOver && (status.status === known.status || !STORED.has(status.status))) return { answer, status };
  const imageStatus = isOver ? JSON.stringify((body as { image_status: unknown }).image_status) : null;
  const recorded = await storeResponse(call, jobId, db.composes.recordStatus(jobId, status.status, imageStatus));
  if (!isOver || recorded !== false) return { answer, status };
  // The build has ended otherwise before: it was cancelled, most likely. All callers receive the stored end.
  return { answer, status: toImageStatus(await db.composes.findProgress(jobId)) ?? status };
}

/**
 * Requests the metadata of an image from composer, and stores them once the build is over.
 * @throws as the client
 */
export async function readMetadata(
  { db, composerReads }: StatusContext,
  call: CallContext,
  known: ComposeProgress,
): Promise<MetadataAnswer> {
  const answer = await composerReads.metadata(call, known.job_id);
  const body: unknown = answer.json(200);
  if (isFinal(known.status) && body !== undefined && toComposeMetadata(body) !== null) {
    await storeResponse(call, known.job_id, db.composes.recordMetadata(known.job_id, JSON.stringify(body)));
  }
  return answer;
}
