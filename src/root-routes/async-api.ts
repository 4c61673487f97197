import { join } from 'node:path';
import type { Response } from 'express';
import { ROOT } from '../lib/root.ts';

const DOCUMENT = join(ROOT, 'generated/asyncapi.json');

/** Sends the AsyncAPI document of event stream and webhooks. It is read for each request: requests for it are rare. */
export function sendAsyncApi(res: Response): Promise<void> {
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' };
  return new Promise((resolve, reject) => {
    res.sendFile(DOCUMENT, { cacheControl: false, headers }, (error) => (error ? reject(error) : resolve()));
  });
}
