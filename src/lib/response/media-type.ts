import Negotiator from 'negotiator';

/**
 * Whether a client prefers a media type to JSON.
 * @param accepted the header `Accept`
 */
export function prefersToJson(accepted: string | undefined, type: string): boolean {
  if (accepted === undefined) return false;
  // JSON comes first: it is sent where both are equally welcome.
  return new Negotiator({ headers: { accept: accepted } }).mediaType(['application/json', type]) === type;
}
