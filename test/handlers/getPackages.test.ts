import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createDirectory } from '../domain/distributions/support.ts';
import { startService } from '../support/service.ts';

const names = (body: { data: readonly { name: string }[] }): string[] => body.data.map(({ name }) => name);

const centos = 'distribution=centos-9&architecture=x86_64';
const all = ['bash', 'chrony', 'vim-minimal', 'httpd', 'httpd-tools', 'nginx', 'vim-enhanced'];
const links = (query: string): string => `/api/image-builder/v1.0/packages?${query}`;

describe('getPackages', () => {
  it('returns all packages for an empty search, in the order of repositories and lists', async () => {
    await using service = await startService();
    const reply = await service.as().get(`/packages?${centos}&search=`);
    expect(reply.status).to.equal(200);
    expect(reply.body.meta).to.deep.equal({ count: 7 });
    expect(names(reply.body)).to.deep.equal(all);
    expect(reply.body.data[0]).to.deep.equal({ name: 'bash', summary: 'The usual command shell' });
  });

  it('finds names that contain the text, in its letter case, and does not search summaries', async () => {
    await using service = await startService();
    const search = async (text: string): Promise<string[]> =>
      names((await service.as().get(`/packages?${centos}&search=${text}`)).body);
    expect(await search('vim')).to.deep.equal(['vim-minimal', 'vim-enhanced']);
    expect(await search('tools')).to.deep.equal(['httpd-tools']);
    expect(await search('VIM')).to.deep.equal([]);
    expect(await search('shell')).to.deep.equal([]);
    expect(await search('.')).to.deep.equal([]);
    expect(await search('%0A')).to.deep.equal([]);
  });

  it('leaves out repositories that are for certain image types', async () => {
    await using service = await startService();
    const reply = await service.as().get(`/packages?${centos}&search=google`);
    expect(reply.body).to.deep.include({ meta: { count: 0 }, data: [] });
  });

  it('returns the requested page and counts all matches', async () => {
    await using service = await startService();
    const page = await service.as().get(`/packages?${centos}&search=&limit=3&offset=5`);
    expect(page.body.meta.count).to.equal(7);
    expect(names(page.body)).to.deep.equal(all.slice(5));
    const beyond = await service.as().get(`/packages?${centos}&search=&offset=7`);
    expect(beyond.body).to.deep.include({ meta: { count: 7 }, data: [] });
  });

  it('links to the first and the last page', async () => {
    await using service = await startService();
    const link = (offset: number, limit: number): string =>
      links(`search=&distribution=centos-9&architecture=x86_64&offset=${offset}&limit=${limit}`);
    const paged = await service.as().get(`/packages?${centos}&search=&limit=3`);
    expect(paged.body.links).to.deep.equal({ first: link(0, 3), last: link(6, 3) });
    const whole = await service.as().get(`/packages?${centos}&search=`);
    expect(whole.body.links).to.deep.equal({ first: link(0, 100), last: link(0, 100) });
  });

  it('encodes what it repeats in links', async () => {
    await using service = await startService();
    const reply = await service.as().get(`/packages?${centos}&search=a%26b%20%22`);
    const query = new URL(reply.body.links.first, 'http://any').searchParams;
    expect(query.get('search')).to.equal('a&b "');
    expect(reply.body.links.first).not.to.match(/[ "]/);
  });

  it('has no packages for a distribution without package lists, and for an architecture it lacks', async () => {
    await using service = await startService({ allow: { '*': ['fedora'] } });
    for (const query of [
      'rhel-10.1&architecture=x86_64',
      'hummingbird&architecture=aarch64',
      'fedora-42&architecture=aarch64',
    ]) {
      const reply = await service.as().get(`/packages?distribution=${query}&search=`);
      expect(reply.status, query).to.equal(200);
      expect(reply.body, query).to.deep.include({ meta: { count: 0 }, data: [] });
    }
  });

  it('marks the results of starter lists, with and without a match', async () => {
    using directory = createDirectory({
      'centos-9/centos-9.json': {
        distribution: { name: 'centos-9', starter_package_list: true },
        x86_64: { image_types: ['aws'], repositories: [{ id: 'base', baseurl: 'https://v.test/' }] },
      },
      'centos-9/centos-9-x86_64-base-packages.json': [{ name: 'bash', summary: 'Shell' }],
    });
    await using service = await startService({ env: { DISTRIBUTIONS_DIR: directory.path } });
    for (const [search, count] of Object.entries({ bash: 1, zsh: 0, '@web': 0 })) {
      const reply = await service.as().get(`/packages?${centos}&search=${search}`);
      expect(reply.body.meta, search).to.deep.equal({ count, package_list: 'starter' });
    }
  });

  it('has the lists of the architecture', async () => {
    await using service = await startService();
    const reply = await service.as().get('/packages?distribution=centos-9&architecture=aarch64&search=');
    expect(names(reply.body)).to.deep.equal(all.slice(0, 5));
  });

  it('refuses a distribution the caller cannot use', async () => {
    await using service = await startService({ allow: { '000001': ['fedora'] } });
    const path = (distribution: string) => `/packages?distribution=${distribution}&architecture=x86_64&search=`;
    expect(await service.as({ entitled: false }).get(path('rhel-9.6'))).to.be.refused(
      400,
      'distribution not available',
    );
    expect(await service.as().get(path('fedora-42'))).to.be.refused(
      403,
      "This account's organization is not authorized to build fedora-42 images",
    );
    expect(names((await service.as({ orgId: '000001' }).get(path('fedora-42'))).body)).to.include('fortune-mod');
  });

  const refusals = {
    'search=': /^parameter "distribution" in query has an error: value is required but missing$/,
    'distribution=centos-9&search=': /^parameter "architecture" in query has an error: value is required but missing$/,
    'distribution=centos-9&architecture=x86_64':
      /^parameter "search" in query has an error: value is required but missing$/,
    'distribution=windows&architecture=x86_64&search=': /^parameter "distribution" in query has an error: /,
    'distribution=centos-9&architecture=ppc64le&search=': /^parameter "architecture" in query has an error: /,
    [`${centos}&search=&limit=0`]: /^parameter "limit" in query has an error: number must be at least 1$/,
    [`${centos}&search=&limit=101`]: /^parameter "limit" in query has an error: number must be at most 100$/,
    [`${centos}&search=&limit=`]: /^parameter "limit" in query has an error: value must be an integer$/,
    [`${centos}&search=&limit=1.5`]: /^parameter "limit" in query has an error: value must be an integer$/,
    [`${centos}&search=&limit=99999999999999999999`]: /^parameter "limit" in query has an error: /,
    [`${centos}&search=&offset=-1`]: /^parameter "offset" in query has an error: number must be at least 0$/,
    [`${centos}&search=a&search=b`]:
      /^Invalid format for parameter search: multiple values for single value parameter 'search'$/,
  };
  for (const [query, detail] of Object.entries(refusals)) {
    it(`refuses ${query}`, async () => {
      await using service = await startService();
      expect(await service.as().get(`/packages?${query}`)).to.be.refused(400, detail);
    });
  }
});
