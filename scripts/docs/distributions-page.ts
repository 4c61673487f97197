import { loadDistributions, type Distribution } from '../../src/domain/distributions/registry.ts';
import { escapeHtml } from './html.ts';
import type { Page } from './page.ts';

const yes = (value: boolean): string => (value ? 'yes' : '');

const codes = (values: readonly string[]): string =>
  values.map((value) => `<code>${escapeHtml(value)}</code>`).join(' ');

const packageMode = ({ key, description, architectures, needsEntitlement, restrictedAccess }: Distribution): string => {
  const rows = [...architectures].map(
    ([name, { imageTypes }]) => `<dt>${escapeHtml(name)}</dt><dd>${codes(imageTypes)}</dd>`,
  );
  const marks = [
    ...(needsEntitlement ? ['needs a RHEL entitlement'] : []),
    ...(restrictedAccess ? ['only for organizations on the allow list'] : []),
  ];
  return `<details id="${escapeHtml(key)}"><summary><code>${escapeHtml(key)}</code> ${escapeHtml(description)}${
    marks.length === 0 ? '' : ` <span class="note">${marks.join('; ')}</span>`
  }</summary><dl class="explained">${rows.join('')}</dl></details>`;
};

/** The page of everything that the built-in definitions allow to be built. @param directory of the definitions */
export function distributionsPage(directory: string): Page {
  const { all, bootcImages } = loadDistributions(directory);
  const images = bootcImages.map(
    ({ distribution, type, architecture, reference, isoPayloadReferences }) =>
      `<tr><td><code>${escapeHtml(distribution.key)}</code></td><td><code>${escapeHtml(type)}</code></td><td>${architecture}</td><td><code>${escapeHtml(reference)}</code></td><td>${yes(isoPayloadReferences.length > 0)}</td></tr>`,
  );
  return {
    url: '/what-can-be-built.html',
    title: 'What can be built',
    description: 'Distributions, architectures and image types of the built-in definitions.',
    html: [
      '<p>Made from the built-in definitions. An installation may have others: <code>GET /distributions</code> lists the distributions that a caller',
      'can build, <code>GET /architectures/{distribution}</code> which image types. The source of the data is described in',
      '<a href="/distributions.html">Distribution data</a>.</p>',
      '<h2 id="package-mode">Package mode</h2>',
      '<p>The name is what goes into <code>distribution</code>; open a distribution for its image types.</p>',
      ...all.filter(({ imageModeOnly }) => !imageModeOnly).map(packageMode),
      '<h2 id="image-mode">Image mode</h2>',
      '<p>The reference is what goes into <code>bootc.reference</code>.</p>',
      '<div class="table" tabindex="0"><table><thead><tr><th>distribution</th><th>image type</th><th>architecture</th><th>reference</th><th>installs others</th></tr></thead>',
      `<tbody>${images.join('\n')}</tbody></table></div>`,
    ].join('\n'),
  };
}
