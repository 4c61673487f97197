import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { identityHeader } from '../support/identity.ts';
import { API_PATH, startService, type TestService } from '../support/service.ts';

const ROOT = join(import.meta.dirname, '../..');
const JUDGED = join(ROOT, '../shared/judged');

interface ImageTypeRow {
  readonly distribution: string;
  readonly architecture: string;
  readonly image_type: string;
  readonly aliases: string[];
  readonly supported: string;
  readonly required?: string[];
  readonly boot_mode: string;
}

const readTable = () =>
  JSON.parse(readFileSync(join(JUDGED, 'image-types.json'), 'utf8')) as {
    readonly sets: Readonly<Record<string, string[]>>;
    readonly rows: readonly ImageTypeRow[];
  };

/** Answers of composer about its distributions, from the table of judged image types. */
const composerReports = ({ composer }: TestService): void => {
  const { sets, rows } = readTable();
  for (const name of new Set(rows.map(({ distribution }) => distribution))) {
    const architectures: Record<string, { name: string; image_types: Record<string, object> }> = {};
    for (const row of rows.filter(({ distribution }) => distribution === name)) {
      const { architecture, image_type: type, aliases, boot_mode: bootMode } = row;
      const entry = (architectures[architecture] ??= { name: architecture, image_types: {} });
      entry.image_types[type] = {
        ...{ name: type, aliases, boot_mode: bootMode, required_blueprint_options: row.required ?? [] },
        supported_blueprint_options: sets[row.supported],
      };
    }
    const details = { href: 'x', id: name, kind: 'DistributionDetails', name, architectures };
    composer.get(`/distributions/${name}`).optionally().reply(200, details);
  }
};

interface Judgement {
  readonly code: number | null;
  readonly text: string;
}

const judge = (base: string, identity: string): Promise<Judgement> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(JUDGED, 'judge.mjs'), base, '--identity', identity], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, text }));
  });

describe('requests that the image library has judged', () => {
  it('get the same verdict from validation', async function () {
    if (!existsSync(JUDGED)) {
      console.warn('    SKIPPED: the judged requests are not beside the project');
      this.skip();
    }
    this.timeout(600_000);
    await using service = await startService({
      env: { DISTRIBUTIONS_DIR: join(ROOT, 'distributions'), IMAGE_TYPE_OPTIONS_SECONDS: '3600' },
      allow: { '*': ['fedora-.*'] },
    });
    composerReports(service);
    const nothing = { data: [], links: {}, meta: { count: 0, limit: 100, offset: 0 } };
    service.contentSources.persist().get(/./).optionally().reply(200, nothing);
    service.contentSources.post(/./).optionally().reply(200, nothing);
    const { code, text } = await judge(`http://127.0.0.1:${service.port}${API_PATH}`, identityHeader());
    expect(code, text).to.equal(0);
    expect(text).to.match(/refused \d+\/\d+, dropped \d+\/\d+, warned \d+\/\d+, accepted \d+\/\d+/);
    console.log(`    ${text.trim().split('\n').at(-1)}`);
  });
});
