import { expect } from 'chai';
import { describe, it, type Context } from 'mocha';
import { certificateFor, useRealConnections } from '../../upstream/loopback.ts';
import { createDirectory } from '../../domain/distributions/support.ts';
import { serveFiles } from './file-server.ts';
import { definitionOf, metadata, primaryXml, repositoryFiles, runPackages, writeDefinitions } from './repositories.ts';

const FILES = repositoryFiles(metadata('primary', primaryXml({ name: 'bash' })));

/** A content delivery network that wants to see a certificate, and a directory with the certificate's files. */
const setUp = async (context: Context) => {
  const certificate = certificateFor(context);
  const directory = createDirectory({ 'client.pem': certificate.cert, 'client.key': certificate.key });
  // It vouches for itself, as a server and as a client.
  const server = await serveFiles(FILES, {}, { ...certificate, ca: certificate.cert, requestCert: true });
  const files = { certPath: directory.file('client.pem'), keyPath: directory.file('client.key') };
  return { directory, server, files };
};

describe('a repository that needs a subscription', () => {
  useRealConnections();

  it('is read with a client certificate', async function () {
    const { directory: made, server: started, files } = await setUp(this);
    using directory = made;
    await using server = started;
    writeDefinitions(directory, definitionOf('rhel-9.8', [{ id: 'baseos', baseurl: server.url, rhsm: true }]));
    const settings = { clientCertificate: files, caPath: files.certPath };
    const { lines, problems } = await runPackages(directory, { settings, hasCertificate: true });
    expect(problems, lines.join('\n')).to.equal(0);
    expect(server.requests).to.have.length(2);
  });

  it('is not called without one', async function () {
    const { directory: made, server: started } = await setUp(this);
    using directory = made;
    await using server = started;
    writeDefinitions(directory, definitionOf('rhel-9.8', [{ id: 'baseos', baseurl: server.url, rhsm: true }]));
    const { lines, problems } = await runPackages(directory);
    expect(problems).to.equal(1);
    expect(lines).to.deep.equal([
      'rhel-9.8 x86_64 baseos repodata/repomd.xml: needs a client certificate (--cert and --key)',
    ]);
    expect(server.connections()).to.equal(0);
  });

  it('is the only one that sees the certificate', async function () {
    const { directory: made, server: started, files } = await setUp(this);
    using directory = made;
    await using server = started;
    writeDefinitions(directory, definitionOf('rhel-9.8', [{ id: 'tools', baseurl: server.url, rhsm: false }]));
    const settings = { clientCertificate: files, caPath: files.certPath };
    const { lines, problems } = await runPackages(directory, { settings, hasCertificate: true });
    expect(problems).to.equal(1);
    expect(lines[0]).to.match(/^rhel-9\.8 x86_64 tools repodata\/repomd\.xml: .*(?:certificate required|alert|reset)/i);
    expect(server.requests).to.deep.equal([]);
  });

  it('is not trusted with a self-signed certificate', async function () {
    const { directory: made, server: started, files } = await setUp(this);
    using directory = made;
    await using server = started;
    writeDefinitions(directory, definitionOf('rhel-9.8', [{ id: 'baseos', baseurl: server.url, rhsm: true }]));
    const settings = { clientCertificate: files };
    const { lines, problems } = await runPackages(directory, { settings, hasCertificate: true });
    expect(problems).to.equal(1);
    expect(lines[0]).to.match(/^rhel-9\.8 x86_64 baseos repodata\/repomd\.xml: .*self-signed certificate/);
  });

  it('is not followed from https to http', async function () {
    const certificate = certificateFor(this);
    using directory = createDirectory({ 'ca.pem': certificate.cert });
    await using plain = await serveFiles(FILES);
    await using server = await serveFiles(
      new Map(),
      {
        'repodata/repomd.xml': (response) => {
          response.writeHead(302, { location: `${plain.url}/repodata/repomd.xml` }).end();
          return true;
        },
      },
      certificate,
    );
    writeDefinitions(directory, definitionOf('rhel-9.8', [{ id: 'baseos', baseurl: server.url }]));
    const { lines, problems } = await runPackages(directory, { settings: { caPath: directory.file('ca.pem') } });
    expect(problems).to.equal(1);
    expect(lines).to.deep.equal([
      `rhel-9.8 x86_64 baseos repodata/repomd.xml: is redirected to ${plain.url.replace(/^http:/, 'http:')}, ` +
        `which is not https (${server.url}/repodata/repomd.xml)`,
    ]);
    expect(plain.requests).to.deep.equal([]);
  });
});
