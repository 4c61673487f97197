import type { ComposerOperations } from '../../generated/upstream/composer-client.ts';
import { serviceCall, type CallContext } from '../clients/call-context.ts';
import type { SbomRow } from '../db/compose-sboms.ts';
import { createSharedReads, type SharedReads } from './shared-reads.ts';
import { toImageStatus, type ImageStatus } from '../compose/image-status.ts';
import { toComposeMetadata } from '../compose/metadata.ts';
import type { AppContext } from '../context.ts';
import type { ComposeProgress } from '../db/compose-statuses.ts';

type StatusAnswer = Awaited<ReturnType<ComposerOperations['getComposeStatus']>>;
type MetadataAnswer = Awaited<ReturnType<ComposerOperations['getComposeMetadata']>>;

/** Reads of composer, shared by all who want to know the same at the same time. */
export interface ComposerReads {
  readonly status: (call: CallContext, jobId: string) => Promise<StatusAnswer>;
  readonly metadata: (call: CallContext, jobId: string) => Promise<MetadataAnswer>;
  /** SBOMs of a build, until they are stored. */
  readonly sboms: SharedReads<readonly SbomRow[]>['get'];
}

/** @param reuse milliseconds for which what composer said is good enough */
export const createComposerReads = (composer: ComposerOperations, reuse: number): ComposerReads => {
  const statuses = createSharedReads<StatusAnswer>(reuse);
  const metadata = createSharedReads<MetadataAnswer>(reuse);
  return {
    status: (call, jobId) =>
      statuses.get(jobId, () => composer.getComposeStatus({ path: { id: jobId } }, serviceCall(call))),
    metadata: (call, jobId) =>
      metadata.get(jobId, () => composer.getComposeMetadata({ path: { id: jobId } }, serviceCall(call))),
    // The database stores them from the first read on, and they are too long to be held any longer.
    sboms: createSharedReads<readonly SbomRow[]>(0).get,
  };
};

/** States of a build that the database stores; composer may know others. */
const STORED: ReadonlySet<string> = new Set(['pending', 'building', 'uploading', 'registering']);

/** States in which a build stays. */
const FINAL: ReadonlySet<string> = new Set(['success', 'failure']);

export const isFinal = (status: string | null): boolean => status !== null && FINAL.has(status);

type StatusContext = Pick<AppContext, 'db' | 'composerReads'>;

/** What is only kept for later must not fail what it is kept of. */
export const keep = <Result>(call: CallContext, jobId: string, work: Promise<Result>): Promise<Result | undefined> =>
  work.catch((error: unknown) => {
    call.log.warn({ err: error, job_id: jobId }, 'what composer said of a build cannot be kept');
    return undefined;
  });

/** Composer's answer about a build, and the status in it where there is one. */
export interface ReadStatus {
  readonly answer: StatusAnswer;
  readonly status: ImageStatus | null;
}

/**
 * Asks composer how far a build is and keeps what is new: once the build is over, for good.
 * @param known what is kept so far
 * @throws as the client
 */
export const readStatus = async (
  { db, composerReads }: StatusContext,
  call: CallContext,
  known: ComposeProgress,
): Promise<ReadStatus> => {
  const jobId = known.job_id;
  const answer = await composerReads.status(call, jobId);
  const body = answer.json(200);
  const status = toImageStatus(body);
  if (status === null) return { answer, status };
  if (isFinal(status.status)) {
    const { image_status: imageStatus } = body as { image_status: unknown };
    const text = JSON.stringify(imageStatus);
    if ((await keep(call, jobId, db.composes.recordFinalStatus(jobId, status.status, text))) === false) {
      // It ended otherwise before: it was cancelled, most likely. Everybody is told the same.
      const kept = await db.composes.findProgress(jobId);
      return { answer, status: toImageStatus(kept) ?? status };
    }
  } else if (status.status !== known.status && STORED.has(status.status)) {
    await keep(call, jobId, db.composes.recordStatus(jobId, status.status));
  }
  return { answer, status };
};

/**
 * Asks composer what is in an image, and keeps it once the build is over.
 * @throws as the client
 */
export const readMetadata = async (
  { db, composerReads }: StatusContext,
  call: CallContext,
  known: ComposeProgress,
): Promise<MetadataAnswer> => {
  const answer = await composerReads.metadata(call, known.job_id);
  const body: unknown = answer.json(200);
  if (isFinal(known.status) && body !== undefined && toComposeMetadata(body) !== null) {
    await keep(call, known.job_id, db.composes.recordMetadata(known.job_id, JSON.stringify(body)));
  }
  return answer;
};
