// Samples of a call in several languages, made of the examples of the contract.
import { resolve, type Contract, type PlacedOperation } from './contract.ts';
import { escapeHtml } from './html.ts';
import { renderCode } from './markdown.ts';

/** Where `npm start` listens. */
const API = 'http://localhost:8086/api/image-builder/v1';

/** A call: what the samples of every language say. */
export interface Call {
  readonly operation: PlacedOperation;
  /** The body, `undefined` for none; a text where its type is not JSON. */
  readonly body: unknown;
  readonly bodyType: string;
  /** Media type of the response, `null` when it has no body. */
  readonly responseType: string | null;
}

export interface Sample {
  readonly name: string;
  /** The language of the code block. */
  readonly language: string;
  readonly code: string;
}

export const JSON_TYPE = 'application/json';
const EVENT_STREAM = 'text/event-stream';

const first = (value: unknown): string => String(Array.isArray(value) ? value[0] : value);
const encoded = (value: unknown): string => encodeURIComponent(first(value));

const pathOf = ({ path, parameters }: PlacedOperation): string =>
  parameters
    .filter((parameter) => parameter.in === 'path')
    .reduce((filled, { name, example }) => filled.replace(`{${name}}`, encoded(example)), path);

/** Query parameters that a call needs. */
const queryOf = ({ parameters }: PlacedOperation): readonly (readonly [string, unknown])[] =>
  parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required === true)
    .map(({ name, example }) => [name, example]);

const targetOf = (operation: PlacedOperation): string => {
  const query = queryOf(operation).map(([name, value]) => `${name}=${encoded(value)}`);
  return query.length === 0 ? pathOf(operation) : `${pathOf(operation)}?${query.join('&')}`;
};

const bodyText = ({ body, bodyType }: Call): string =>
  bodyType === JSON_TYPE ? JSON.stringify(body, null, 2) : String(body);

/** Text in a single-quoted word of a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const curl = (call: Call): string => {
  const { operation, body, bodyType, responseType } = call;
  const { method } = operation;
  const target = targetOf(operation);
  const address = target.includes('?') ? `"$API${target}"` : `$API${target}`;
  const verb = method === 'GET' || (method === 'POST' && body !== undefined) ? '' : `-X ${method} `;
  const flags = responseType === EVENT_STREAM ? '-sN' : '-s';
  const option = bodyType === JSON_TYPE ? '-d' : '--data-binary';
  const data = body === undefined ? '' : ` -H 'content-type: ${bodyType}' ${option} ${quoted(bodyText(call))}`;
  return `curl ${flags} ${verb}${address}${data}\n`;
};

/** A value as Python writes it. */
const pythonOf = (value: unknown, indent = ''): string => {
  const inner = `${indent}    `;
  const block = (open: string, lines: readonly string[], close: string): string =>
    lines.length === 0
      ? `${open}${close}`
      : `${open}\n${lines.map((line) => `${inner}${line},\n`).join('')}${indent}${close}`;
  if (Array.isArray(value))
    return block(
      '[',
      value.map((item) => pythonOf(item, inner)),
      ']',
    );
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${pythonOf(member, inner)}`);
    return block('{', members, '}');
  }
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return value === null ? 'None' : JSON.stringify(value);
};

const pythonBody = ({ body, bodyType }: Call): readonly string[] => {
  if (body === undefined) return [];
  if (bodyType === JSON_TYPE) return [`json=${pythonOf(body)}`];
  return [`data=${JSON.stringify(body)}`, `headers={"content-type": "${bodyType}"}`];
};

const python = (call: Call): string => {
  const { operation, responseType } = call;
  const streams = responseType === EVENT_STREAM;
  const options = [...pythonBody(call), ...(streams ? ['stream=True'] : ['timeout=60'])];
  const address = `f"{API}${targetOf(operation)}"`;
  return [
    'import requests',
    '',
    `API = "${API}"`,
    '',
    `response = requests.${operation.method.toLowerCase()}(${address}, ${options.join(', ')})`,
    'response.raise_for_status()',
    ...(streams ? ['for line in response.iter_lines(decode_unicode=True):', '    print(line)'] : []),
    ...(!streams && responseType !== null ? ['print(response.json())'] : []),
    '',
  ].join('\n');
};

const go = (call: Call): string => {
  const { operation, body, bodyType, responseType } = call;
  const { method } = operation;
  const streams = responseType === EVENT_STREAM;
  const text = body === undefined ? 'nil' : 'strings.NewReader(body)';
  const packages = [
    ...(streams ? [] : ['fmt']),
    ...['io', 'log', 'net/http'],
    ...(streams ? ['os'] : []),
    ...(body === undefined ? [] : ['strings']),
  ];
  const fail = ['\tif err != nil {', '\t\tlog.Fatal(err)', '\t}'];
  return [
    ...['package main', '', 'import (', ...packages.map((name) => `\t"${name}"`), ')', ''],
    ...[`const api = "${API}"`, ''],
    ...(body === undefined ? [] : [`const body = \`${bodyText(call).replaceAll('`', '` + "`" + `')}\``, '']),
    'func main() {',
    `\trequest, err := http.NewRequest("${method}", api+"${targetOf(operation)}", ${text})`,
    ...fail,
    ...(body === undefined ? [] : [`\trequest.Header.Set("Content-Type", "${bodyType}")`]),
    '\tresponse, err := http.DefaultClient.Do(request)',
    ...fail,
    '\tdefer response.Body.Close()',
    ...(streams
      ? ['\tif _, err := io.Copy(os.Stdout, response.Body); err != nil {', '\t\tlog.Fatal(err)', '\t}']
      : ['\ttext, err := io.ReadAll(response.Body)', ...fail, '\tfmt.Println(response.Status, string(text))']),
    '}',
    '',
  ].join('\n');
};

const IDENTIFIER = /^[A-Za-z_]\w*$/;

/** A value as TypeScript writes it. */
const scriptOf = (value: unknown, indent = ''): string => {
  const inner = `${indent}  `;
  if (Array.isArray(value)) return `[${value.map((item) => scriptOf(item, indent)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([key, member]) => `${inner}${IDENTIFIER.test(key) ? key : JSON.stringify(key)}: ${scriptOf(member, inner)},\n`,
    );
    return members.length === 0 ? '{}' : `{\n${members.join('')}${indent}}`;
  }
  return JSON.stringify(value);
};

const optionsOf = ({ operation: { parameters }, body }: Call): string => {
  const valuesIn = (where: string): Readonly<Record<string, unknown>> =>
    Object.fromEntries(
      parameters
        .filter((parameter) => parameter.in === where && (where === 'path' || parameter.required === true))
        .map(({ name, example }) => [name, example]),
    );
  const params = Object.fromEntries(
    ['path', 'query'].map((where) => [where, valuesIn(where)] as const).filter(([, of]) => Object.keys(of).length > 0),
  );
  const options = {
    ...(Object.keys(params).length === 0 ? {} : { params }),
    ...(body === undefined ? {} : { body }),
  };
  return Object.keys(options).length === 0 ? '' : `, ${scriptOf(options)}`;
};

const typescript = (call: Call): string => {
  const { operation, body, bodyType, responseType } = call;
  const { method, path } = operation;
  const client = `const api = createImageBuilder({ baseUrl: '${API}' });`;
  if (responseType === EVENT_STREAM)
    return `import { createImageBuilder, followEvents } from 'image-builder-client';

${client}
for await (const event of followEvents(api)) console.log(event.type, event.compose_id);
`;
  if (body !== undefined && bodyType !== JSON_TYPE)
    return `const response = await fetch('${API}${targetOf(operation)}', {
  method: '${method}',
  headers: { 'content-type': '${bodyType}' },
  body: ${JSON.stringify(body)},
});
console.log(response.status, await response.text());
`;
  const sent = `await api.${method}('${path}'${optionsOf(call)})`;
  return [
    `import { createImageBuilder${responseType === null ? '' : ', dataOf'} } from 'image-builder-client';`,
    '',
    client,
    ...(responseType === null
      ? [`const { response } = ${sent};`, 'console.log(response.status);']
      : [`console.log(dataOf(${sent}));`]),
    '',
  ].join('\n');
};

/** Samples of a call, the shortest language first. */
export function samplesOf(call: Call): readonly Sample[] {
  return [
    { name: 'curl', language: 'sh', code: curl(call) },
    { name: 'Python', language: 'python', code: python(call) },
    { name: 'Go', language: 'go', code: go(call) },
    { name: 'TypeScript', language: 'ts', code: typescript(call) },
  ];
}

/** Media type of the response of success, `null` without a body. */
export function responseTypeOf(contract: Contract, { responses }: PlacedOperation): string | null {
  const [, success] = Object.entries(responses).find(([status]) => status.startsWith('2')) ?? [];
  if (success === undefined) return null;
  return Object.keys(resolve(contract, 'responses', success).content ?? {})[0] ?? null;
}

/** Samples one below the other; the script of the site makes tabs of them. */
export function samplesHtml(call: Call): string {
  const blocks = samplesOf(call).map(
    ({ name, language, code }) =>
      `<div class="sample" data-language="${escapeHtml(name)}"><p class="sample-name">${escapeHtml(name)}</p>\n${renderCode(code, language)}</div>`,
  );
  return `<div class="samples">\n${blocks.join('\n')}\n</div>`;
}
