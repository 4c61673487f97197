import type { components } from '../../../generated/image-builder.ts';
import { toUploadStatus } from './image-status.ts';

/** Copies are of images in AWS, and in AWS themselves. */
type CloneStatus = Omit<components['schemas']['CloneStatusResponse'], 'compose_id'>;

/** A copy that composer has said nothing of. */
export function placeholderCloneStatus(
  status: 'pending' | 'failure',
  { region }: { readonly region: string },
): CloneStatus {
  return {
    ...{ status, type: 'aws', options: { ami: '', region } },
  };
}

/** States in which a copy stays. */
const FINAL: ReadonlySet<unknown> = new Set(['success', 'failure']);

export function isFinalClone({ status }: CloneStatus): boolean {
  return FINAL.has(status);
}

/** How far a copy is, as composer tells it, in our words; `null` when that is no status. */
export function toCloneStatus(response: unknown): CloneStatus | null {
  const status = toUploadStatus(response);
  if (typeof status?.status !== 'string') return null;
  const { options } = status;
  return 'ami' in options ? { ...status, options } : null;
}
