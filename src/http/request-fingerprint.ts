import { hash, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { isSecretName } from '../domain/redaction/log-lines.ts';

const derive = promisify<string, string, number, Buffer>(scrypt);

/** Bytes of what is stored of secrets. */
const DERIVED_BYTES = 32;

/**
 * What tells a request from others that have the same idempotency key. It is stored, and a reader of the database cannot try passwords on it
 * as fast as on a plain hash: secrets go into it by a function that is slow on purpose. A request without any costs nothing of that.
 * @param subject what the request demands, as JSON
 * @param scope the key and what it belongs to: the same secrets look different elsewhere
 */
export async function requestFingerprint(subject: unknown, scope: string): Promise<string> {
  const secrets: string[] = [];
  const open = JSON.stringify(subject, (name, value: unknown) => {
    if (typeof value !== 'string' || !isSecretName(name)) return value;
    return `secret ${secrets.push(value)}`;
  });
  const fingerprint = hash('sha256', open, 'hex');
  if (secrets.length === 0) return fingerprint;
  const derived = await derive(JSON.stringify(secrets), hash('sha256', scope, 'hex'), DERIVED_BYTES);
  return `${fingerprint}.${derived.toString('hex')}`;
}
