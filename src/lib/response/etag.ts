import { hash } from 'node:crypto';

/** 160 bits of the digest, in characters of base64url: no two texts that differ share them. */
const DIGEST_LENGTH = 27;

const REVISION_END = '-';

/**
 * Strong entity tag of a text.
 * @param revision of what the text shows, where `If-Match` is to compare that alone; without a hyphen
 */
export function entityTag(text: string, revision?: string): string {
  const digest = hash('sha256', text, 'base64url').slice(0, DIGEST_LENGTH);
  return revision === undefined ? `"${digest}"` : `"${revision}${REVISION_END}${digest}"`;
}

/** Tags of a list, as they are written. No tag of ours has a comma in it. */
const tagsOf = (header: string): string[] => header.split(',').map((tag) => tag.trim());

/** Whether an `If-None-Match` header names the tag (or any). Weak comparison, as the header demands. */
export function matchesTag(header: string | undefined, tag: string): boolean {
  return (
    header !== undefined &&
    (header === tag ||
      tagsOf(header).some((candidate) => candidate === '*' || candidate === tag || candidate === `W/${tag}`))
  );
}

/** Whether something has a revision that a precondition names. */
export type RevisionCondition = (revision: string) => boolean;

/** Our tags that carry a revision. */
const REVISION = /^"([^"-]+)-[\w-]+"$/;

/**
 * What an `If-Match` header demands: any revision, or those of the strong tags it names. The rest of a tag is not compared, because
 * the text may differ without a change of what it shows. `null` without a header.
 */
export function revisionCondition(header: string | undefined): RevisionCondition | null {
  if (header === undefined) return null;
  const tags = tagsOf(header);
  if (tags.includes('*')) return () => true;
  const revisions = new Set(tags.map((tag) => REVISION.exec(tag)?.[1]));
  return (revision) => revisions.has(revision);
}
