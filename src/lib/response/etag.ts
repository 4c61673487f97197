import { hash } from 'node:crypto';

/** 160 bits of the digest, in characters of base64url. */
const DIGEST_LENGTH = 27;

const REVISION_END = '-';

/**
 * Strong entity tag of a text.
 * @param revision of the resource, without a hyphen; `If-Match` then compares the revision alone
 */
export function entityTag(text: string, revision?: string): string {
  const digest = hash('sha256', text, 'base64url').slice(0, DIGEST_LENGTH);
  return revision === undefined ? `"${digest}"` : `"${revision}${REVISION_END}${digest}"`;
}

/** Tags of a header. Our tags contain no comma. */
const tagsOf = (header: string): string[] => header.split(',').map((tag) => tag.trim());

/** Whether an `If-None-Match` header matches the tag, by weak comparison. */
export function matchesTag(header: string | undefined, tag: string): boolean {
  return (
    header !== undefined &&
    (header === tag ||
      tagsOf(header).some((candidate) => candidate === '*' || candidate === tag || candidate === `W/${tag}`))
  );
}

/** Whether a precondition accepts a revision. */
export type RevisionCondition = (revision: string) => boolean;

/** Our tags that carry a revision. */
const REVISION = /^"([^"-]+)-[\w-]+"$/;

/**
 * Parses an `If-Match` header: it accepts any revision, or those of its strong tags. The digest of a tag is not compared, because the
 * text can differ while the resource is unchanged. `null` without the header.
 */
export function revisionCondition(header: string | undefined): RevisionCondition | null {
  if (header === undefined) return null;
  const tags = tagsOf(header);
  if (tags.includes('*')) return () => true;
  const revisions = new Set(tags.map((tag) => REVISION.exec(tag)?.[1]));
  return (revision) => revisions.has(revision);
}
