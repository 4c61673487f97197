import { createHash } from 'node:crypto';

/** Strong entity tag of a text. */
export const entityTag = (text: string): string =>
  `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;

/** Whether an `If-None-Match` header names the tag (or any). Weak comparison, as the header asks for. */
export const matchesTag = (header: string | undefined, tag: string): boolean =>
  header !== undefined &&
  header.split(',').some((candidate) => ['*', tag].includes(candidate.trim().replace(/^W\//, '')));
