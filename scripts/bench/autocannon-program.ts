// Sends prepared requests with autocannon, in rotation or once each, and prints its result as JSON. A program of its own,
// started with the settings of a load as JSON.
import { readFile } from 'node:fs/promises';
import autocannon from 'autocannon';
import { COUNTER, RESPONSE_SECONDS, type LoadSettings } from './load.ts';
import { parsePrepared } from './prepared.ts';

/** Path of this program. */
export const AUTOCANNON_PROGRAM = import.meta.filename;

if (import.meta.main) {
  const settings = JSON.parse(process.argv[2] ?? '') as LoadSettings & { readonly origin: string };
  const { origin, connections, seconds, file, once } = settings;
  const requests = parsePrepared(await readFile(file)).slice(once?.from ?? 0, once?.to);
  let { counter } = settings;
  let sent = 0;
  const next = () => {
    const { method, path, headers, body } = requests[sent++ % requests.length] ?? {};
    return { method, path, headers, body: body?.replace(COUNTER, () => String((counter += 1)).padStart(12, '0')) };
  };
  const result = await autocannon({
    ...{ url: origin, connections, timeout: RESPONSE_SECONDS, bailout: 1 },
    ...(once ? { amount: once.to - once.from } : { duration: seconds }),
    requests: [{ setupRequest: (request) => ({ ...request, ...next() }) as autocannon.Request }],
  });
  process.stdout.write(JSON.stringify({ ...result, latency: { p50: result.latency.p50, p99: result.latency.p99 } }));
}
