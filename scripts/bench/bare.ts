// The reference: node:http and nothing else, answering 52 bytes of JSON. A program of its own, started with the port.
import { createServer } from 'node:http';

/** Path of this program. */
export const BARE_PROGRAM = import.meta.filename;

export const BARE_BODY = '{"version":"1.0","build_commit":"","build_time":""}\n';

if (import.meta.main) {
  const body = Buffer.from(BARE_BODY);
  const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length };
  createServer((_req, res) => {
    res.writeHead(200, headers);
    res.end(body);
  }).listen(Number(process.argv[2]), '127.0.0.1');
}
