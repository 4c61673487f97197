import type { components } from '../../generated/image-builder.ts';
import { toUploadStatus } from './image-status.ts';

type UploadStatus = components['schemas']['UploadStatus'];

/** A copy that composer has said nothing of. */
export const unansweredClone = (
  status: 'pending' | 'failure',
  { region }: { readonly region: string },
): UploadStatus => ({
  ...{ status, type: 'aws', options: { ami: '', region } },
});

/** States in which a copy stays. */
const FINAL: ReadonlySet<unknown> = new Set(['success', 'failure']);

export const isFinalClone = ({ status }: UploadStatus): boolean => FINAL.has(status);

/** How far a copy is, as composer tells it, in our words; `null` when that is no status. */
export const toCloneStatus = (answer: unknown): UploadStatus | null => {
  const status = toUploadStatus(answer);
  return typeof status?.status === 'string' ? status : null;
};
