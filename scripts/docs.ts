// npm run docs [-- --out DIRECTORY | --serve [--port N]]: the documentation as a site, which works from a disk and needs nothing
// from elsewhere. Without --out it is written to site/.
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSite, serveSite } from './docs/site.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(import.meta.dirname, '../site') },
    serve: { type: 'boolean', default: false },
    port: { type: 'string', default: '8088' },
  },
});
const out = resolve(values.out);
if (values.serve) await serveSite(out, Number(values.port));
else {
  await buildSite(out);
  console.log(`documentation: ${join(out, 'index.html')}`);
}
