import { hash, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { isSecretName } from '../domain/redaction/log-lines.ts';

const derive = promisify<string, string, number, Buffer>(scrypt);

const DERIVED_BYTES = 32;

/**
 * Identifies the content of a request with an idempotency key. The fingerprint is stored, so secrets enter it through
 * a slow function, against guessing.
 * @param subject the content, as JSON
 * @param scope salt: the key and what it belongs to
 */
export async function requestFingerprint(subject: unknown, scope: string): Promise<string> {
  const secrets: string[] = [];
  const publicText = JSON.stringify(subject, (name, value: unknown) => {
    if (typeof value !== 'string' || !isSecretName(name)) return value;
    return `secret ${secrets.push(value)}`;
  });
  const fingerprint = hash('sha256', publicText, 'hex');
  if (secrets.length === 0) return fingerprint;
  const derived = await derive(JSON.stringify(secrets), hash('sha256', scope, 'hex'), DERIVED_BYTES);
  return `${fingerprint}.${derived.toString('hex')}`;
}
