import {
  operationsOf,
  resolve,
  type Contract,
  type Example,
  type MediaType,
  type PlacedOperation,
} from './contract.ts';
import { escapeHtml, firstSentence } from './html.ts';
import { renderCode, renderInline, renderMarkdown } from './markdown.ts';
import type { Page } from './page.ts';
import { JSON_TYPE, responseTypeOf, samplesHtml, type Call } from './samples.ts';
import { code, namedListHtml, references, schemaHtml, schemaUrl, typeHtml } from './schema-html.ts';
import { tryHtml, type TriedBody } from './try-html.ts';

const operationUrl = (operationId: string): string => `/reference/${operationId}.html`;

const json = (value: unknown): string => JSON.stringify(value, null, 2);

const badge = ({ method }: Pick<PlacedOperation, 'method'>): string =>
  `<span class="method ${method.toLowerCase()}">${method}</span>`;

const examplesOf = ({ example, examples }: MediaType): readonly Example[] => {
  if (examples) return Object.values(examples);
  return example === undefined ? [] : [{ value: example }];
};

const examplesHtml = (examples: readonly Example[], show: (value: unknown) => string): string =>
  examples
    .map(({ summary, value }, index) =>
      summary === undefined || examples.length === 1
        ? show(value)
        : `<details${index === 0 ? ' open' : ''}><summary>${renderInline(summary)}</summary>${show(value)}</details>`,
    )
    .join('\n');

/** The request body's media type and examples; `null` for an operation without one. */
const bodyOf = ({ requestBody }: PlacedOperation): TriedBody | null => {
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  return type === undefined || media === undefined ? null : { type, examples: examplesOf(media) };
};

const callOf = (contract: Contract, operation: PlacedOperation, body: unknown): Call => ({
  ...{ operation, body, bodyType: bodyOf(operation)?.type ?? JSON_TYPE },
  responseType: responseTypeOf(contract, operation),
});

/** The calls of an operation that the reference shows: one for each example of its body. */
export function callsOf(contract: Contract, operation: PlacedOperation): readonly Call[] {
  const examples = bodyOf(operation)?.examples ?? [{ value: undefined }];
  return examples.map(({ value }) => callOf(contract, operation, value));
}

const requestHtml = (contract: Contract, operation: PlacedOperation): string => {
  const body = bodyOf(operation);
  const samples = examplesHtml(body?.examples ?? [{ value: undefined }], (value) =>
    samplesHtml(callOf(contract, operation, value)),
  );
  return `${samples}\n${tryHtml(operation, body)}`;
};

const parametersHtml = ({ parameters }: PlacedOperation): string => {
  if (parameters.length === 0) return '';
  const named = parameters.map(({ name, schema = {}, required, description, example, in: where }) => ({
    ...{ name, schema, description, example, note: `in ${where}` },
    required: required === true,
  }));
  return `<h2 id="parameters">Parameters</h2>\n${namedListHtml(named)}`;
};

const bodyHtml = ({ requestBody }: PlacedOperation): string => {
  const schema = requestBody?.content['application/json']?.schema;
  if (requestBody === undefined || schema === undefined) return '';
  const need = requestBody.required === true ? '' : ' The body may be left out.';
  const what = schema.$ref === undefined ? schemaHtml(schema) : `<p>${typeHtml(schema)}</p>`;
  return `<h2 id="body">Body</h2>\n${renderMarkdown(`${requestBody.description ?? ''}${need}`)}${what}`;
};

const isSuccess = (status: string): boolean => Number(status) < 400;

const responsesHtml = (contract: Contract, operation: PlacedOperation): string =>
  Object.entries(operation.responses)
    .filter(([status]) => isSuccess(status))
    .map(([status, given]) => {
      const { description = '', content = {}, headers = {} } = resolve(contract, 'responses', given);
      const [type = '', media] = Object.entries(content)[0] ?? [];
      const form = type === 'application/json' ? '' : ` as ${code(type)}`;
      const named = Object.entries(headers).map(([name, header]) => {
        const { schema = {}, description: text, example } = resolve(contract, 'headers', header);
        return { name, schema, description: text, example };
      });
      return [
        `<h3 id="response-${status}">${status}</h3>`,
        renderMarkdown(description),
        media?.schema ? `<p>Body: ${typeHtml(media.schema)}${form}</p>` : '<p>Without a body.</p>',
        media ? examplesHtml(examplesOf(media), (value) => renderCode(`${json(value)}\n`, 'json')) : '',
        named.length === 0 ? '' : `<details><summary>Headers</summary>${namedListHtml(named)}</details>`,
      ].join('\n');
    })
    .join('\n');

const errorsHtml = (contract: Contract, operation: PlacedOperation): string => {
  const rows = Object.entries(operation.responses)
    .filter(([status]) => !isSuccess(status))
    .map(([status, given]) => {
      const { description = '' } = resolve(contract, 'responses', given);
      return `<li><a href="/errors.html#status-${status}">${status}</a> ${renderInline(firstSentence(description))}</li>`;
    });
  return `<h2 id="errors">Errors</h2>\n<ul class="errors">${rows.join('\n')}</ul>`;
};

const operationPage = (contract: Contract, operation: PlacedOperation): Page => ({
  url: operationUrl(operation.operationId),
  title: operation.summary,
  description: firstSentence(operation.description).replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1'),
  html: [
    `<p class="call">${badge(operation)} ${code(operation.path)}</p>`,
    `<p class="facts">operationId ${code(operation.operationId)}</p>`,
    renderMarkdown(operation.description),
    '<h2 id="request">Request</h2>',
    requestHtml(contract, operation),
    parametersHtml(operation),
    bodyHtml(operation),
    '<h2 id="responses">Responses</h2>',
    responsesHtml(contract, operation),
    errorsHtml(contract, operation),
  ].join('\n'),
});

const schemaPages = (contract: Contract, operations: readonly PlacedOperation[]): readonly Page[] => {
  const { schemas } = contract.components;
  return Object.entries(schemas).map(([name, schema]) => {
    const inSchemas = Object.entries(schemas)
      .filter(([, other]) => references(other).includes(name))
      .map(([other]) => `<li><a href="${schemaUrl(other)}">${escapeHtml(other)}</a></li>`);
    const inOperations = operations
      .filter(({ parameters, requestBody, responses }) =>
        references({ parameters, requestBody, responses }).includes(name),
      )
      .map(({ operationId, summary }) => `<li><a href="${operationUrl(operationId)}">${escapeHtml(summary)}</a></li>`);
    const uses = [...inOperations, ...inSchemas];
    return {
      url: schemaUrl(name),
      title: name,
      description: firstSentence(schema.description ?? name),
      html: `${schemaHtml(schema)}\n${uses.length === 0 ? '' : `<h2 id="used-by">Used by</h2>\n<ul>${uses.join('')}</ul>`}`,
    };
  });
};

const overview = (contract: Contract, operations: readonly PlacedOperation[]): Page => {
  const row = (operation: PlacedOperation): string =>
    `<li>${badge(operation)} <a href="${operationUrl(operation.operationId)}">${escapeHtml(operation.summary)}</a> ${code(operation.path)}</li>`;
  const sections = contract.tags.flatMap(({ name, description }) => {
    const own = operations.filter(({ tags }) => tags?.[0] === name);
    if (own.length === 0) return [];
    return [
      `<h2 id="${name}">${escapeHtml(name)}</h2>\n${renderMarkdown(description)}<ul class="operations">${own.map(row).join('\n')}</ul>`,
    ];
  });
  const untagged = operations.filter(({ tags }) => tags === undefined);
  return {
    url: '/reference/index.html',
    title: 'Operations',
    description: 'Every operation of the API, made from its contract.',
    html: [
      '<p>Made from the contract, which a running service publishes at <code>/openapi.json</code>; here it is as a file:',
      '<a href="/openapi.yaml">openapi.yaml</a>. All paths are below <code>/api/image-builder/v1</code>.</p>',
      ...sections,
      `<h2 id="others">Others</h2>\n<ul class="operations">${untagged.map(row).join('\n')}</ul>`,
      '<h2 id="every-operation">For every operation</h2>',
      renderMarkdown(contract.info.description.replace(/^##/gm, '###')),
      '<h2 id="the-identity-header">The identity header</h2>',
      renderMarkdown(contract.components.securitySchemes['identity']?.description ?? ''),
    ].join('\n'),
  };
};

const schemaList = ({ components }: Contract): Page => {
  const rows = Object.entries(components.schemas)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(
      ([name, { description = '' }]) =>
        `<li><a href="${schemaUrl(name)}">${escapeHtml(name)}</a> ${renderInline(firstSentence(description))}</li>`,
    );
  return {
    url: '/reference/schemas/index.html',
    title: 'Schemas',
    description: 'The schemas of requests and responses.',
    html: `<ul class="schemas">${rows.join('\n')}</ul>`,
  };
};

/** The reference: a page of all operations, one of all schemas, and one of each. */
export function referencePages(contract: Contract): readonly Page[] {
  const operations = operationsOf(contract);
  return [
    overview(contract, operations),
    schemaList(contract),
    ...operations.map((operation) => operationPage(contract, operation)),
    ...schemaPages(contract, operations),
  ];
}

/** Operations as texts name them, each with its page: `GET /distributions`. */
export function operationLinks(contract: Contract): ReadonlyMap<string, string> {
  return new Map(
    operationsOf(contract).map(({ method, path, operationId }) => [`${method} ${path}`, operationUrl(operationId)]),
  );
}
