import type { components } from '../../../generated/image-builder.ts';
import { isObject } from '../../lib/json.ts';

type Schemas = components['schemas'];
export type ImageStatus = Schemas['ImageStatus'];
type StatusError = Schemas['ComposeStatusError'];

const FINAL: ReadonlySet<string> = new Set(['success', 'failure']);

/** Whether a compose with this status is finished. */
export function isFinal(status: string | null): boolean {
  return status !== null && FINAL.has(status);
}

/** Public members of each target's upload options; a missing one becomes an empty text. */
const UPLOAD_OPTIONS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['aws', ['ami', 'region']],
  ['aws.s3', ['url']],
  ['gcp', ['project_id', 'image_name']],
  ['azure', ['image_name']],
  ['oci.objectstorage', ['url']],
]);

/** Translates composer's upload status; `undefined` when there is none, or the contract does not know its target. */
export function toUploadStatus(upload: unknown): Schemas['UploadStatus'] | undefined {
  if (!isObject(upload)) return undefined;
  const members = UPLOAD_OPTIONS.get(upload['type']);
  if (!members) return undefined;
  const options = isObject(upload['options']) ? upload['options'] : {};
  return {
    status: upload['status'],
    type: upload['type'],
    options: Object.fromEntries(members.map((name) => [name, typeof options[name] === 'string' ? options[name] : ''])),
  } as Schemas['UploadStatus'];
}

const toProgress = (progress: unknown): Schemas['Progress'] | undefined => {
  if (!isObject(progress)) return undefined;
  const { done, total, subprogress } = progress as { done: number; total: number; subprogress?: unknown };
  const sub = isObject(subprogress)
    ? { subprogress: { done: subprogress['done'] as number, total: subprogress['total'] as number } }
    : {};
  return { done, total, ...sub };
};

type ErrorCause = Omit<StatusError, 'causes' | 'hint' | 'subject'>;

/**
 * Errors that only report the failure of earlier jobs: the caller needs the causes. Packages (5), manifest (9), another
 * job (26), targets (28), containers (31) and OSTree commits (35).
 */
const WRAPPERS: ReadonlySet<number> = new Set([5, 9, 26, 28, 31, 35]);

/** Bounds of what one status reports. */
const MAX_CAUSES = 20;
const MAX_DEPTH = 16;

/** The innermost causes of an error, the first one first; none for what is no error. */
const causesOf = (error: unknown, depth = 0): readonly ErrorCause[] => {
  if (!isObject(error) || typeof error['id'] !== 'number' || typeof error['reason'] !== 'string') return [];
  const { id, reason, details } = error as { id: number; reason: string; details?: unknown };
  if (WRAPPERS.has(id) && depth < MAX_DEPTH) {
    const [first = [], ...others] = [details].flat().map((detail) => causesOf(detail, depth + 1));
    if (first.length > 0) return [...first, ...others.flat()].slice(0, MAX_CAUSES);
  }
  return [{ id, reason, ...(details === undefined || details === null ? {} : { details }) }];
};

const toStatusError = (error: unknown): StatusError | undefined => {
  const causes = causesOf(error);
  const [first] = causes;
  return first && { ...first, ...(causes.length > 1 ? { causes: [...causes] } : {}) };
};

/** Translates composer's status of a compose; `null` when the response has none. Unknown statuses pass through. */
export function toImageStatus(response: unknown): ImageStatus | null {
  const status = isObject(response) ? response['image_status'] : undefined;
  if (!isObject(status)) return null;
  const progress = toProgress(status['progress']);
  const upload = toUploadStatus(status['upload_status']);
  const error = toStatusError(status['error']);
  return {
    status: (status['status'] ?? '') as ImageStatus['status'],
    ...(progress ? { progress } : {}),
    ...(upload ? { upload_status: upload } : {}),
    ...(error ? { error } : {}),
  };
}
