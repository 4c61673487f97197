// The form by which a page of the reference calls the service that serves it.
import type { Example, Parameter, PlacedOperation, Schema } from './contract.ts';
import { escapeHtml } from './html.ts';

const attributes = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeHtml(value)}"`)
    .join('');

/** The values that a parameter takes, where these are few. */
const choicesOf = (schema: Schema): readonly unknown[] | null => {
  if (schema.enum) return schema.enum;
  if (schema.type === 'boolean') return [true, false];
  return null;
};

// Nothing is filled in: an example of an optional parameter would be sent with every request.
const fieldHtml = ({ name, in: where, required, schema = {}, example }: Parameter): string => {
  const common = attributes({ 'data-name': name, 'data-in': where, ...(required ? { required: '' } : {}) });
  const many = schema.type === 'array' ? ' data-many' : '';
  const choices = choicesOf(schema);
  const options = choices?.map((value) => `<option>${escapeHtml(String(value))}</option>`).join('');
  const hint = example === undefined ? '' : attributes({ placeholder: String(example) });
  const field =
    options === undefined
      ? `<input${common}${many}${hint} autocomplete="off" spellcheck="false">`
      : `<select${common}><option value="">not sent</option>${options}</select>`;
  const note = `${where}${required === true ? ', required' : ''}${many ? ', several by comma' : ''}`;
  return `<label><span><code>${escapeHtml(name)}</code> <span class="note">${note}</span></span>${field}</label>`;
};

/** A body: its media type, and examples of it. */
export interface TriedBody {
  readonly type: string;
  readonly examples: readonly Example[];
}

const bodyHtml = ({ type, examples }: TriedBody): string => {
  const text = (value: unknown): string =>
    escapeHtml(typeof value === 'string' ? value : JSON.stringify(value, null, 2));
  const options = examples.map(
    ({ summary, value }, index) =>
      `<option value="${text(value)}">${escapeHtml(summary ?? `Example ${index + 1}`)}</option>`,
  );
  const choice =
    examples.length > 1
      ? `<label><span>Example</span><select class="try-example">${options.join('')}</select></label>`
      : '';
  const content = examples[0] === undefined ? '' : text(examples[0].value);
  return `${choice}<label><span>Body</span><textarea class="try-body" data-type="${type}" rows="12" spellcheck="false">${content}</textarea></label>`;
};

/**
 * The form of an operation. It is hidden until a script has found the service.
 * @param body `null` for an operation without one
 */
export function tryHtml({ method, path, parameters }: PlacedOperation, body: TriedBody | null): string {
  const fields = parameters.map(fieldHtml);
  if (body !== null) fields.push(bodyHtml(body));
  return `<details class="try"${attributes({ 'data-method': method, 'data-path': path })} hidden><summary>Try it</summary>
<div class="try-fields">${fields.join('\n')}</div>
<p><button type="button" class="try-send">Send the request</button> <button type="button" class="try-stop" hidden>Stop</button></p>
<div class="try-response" role="status"></div>
</details>`;
}

/** A page without such a form: what is searched and read as text. */
export function withoutTry(html: string): string {
  return html.replaceAll(/<details class="try"[^]*?<\/details>/g, '');
}
