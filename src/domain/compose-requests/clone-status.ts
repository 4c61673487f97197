import type { components } from '../../../generated/image-builder.ts';
import { toUploadStatus } from './image-status.ts';

/** Only images in AWS can be cloned. */
type CloneStatus = Omit<components['schemas']['CloneStatusResponse'], 'compose_id'>;

/** The status of a clone without a status of composer. */
export function placeholderCloneStatus(
  status: 'pending' | 'failure',
  { region }: { readonly region: string },
): CloneStatus {
  return {
    ...{ status, type: 'aws', options: { ami: '', region } },
  };
}

const FINAL: ReadonlySet<unknown> = new Set(['success', 'failure']);

export function isFinalClone({ status }: CloneStatus): boolean {
  return FINAL.has(status);
}

/** Translates composer's status of a clone; `null` when the response has none. */
export function toCloneStatus(response: unknown): CloneStatus | null {
  const status = toUploadStatus(response);
  if (typeof status?.status !== 'string') return null;
  const { options } = status;
  return 'ami' in options ? { ...status, options } : null;
}
