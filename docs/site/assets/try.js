// The forms of the reference that call the service which serves this page. Pages on a disk have no service, and show none.
// A block, since classic scripts share their names.
{
const site = new URL('..', document.currentScript.src);

const make = (name, classes, text = '') => Object.assign(document.createElement(name), { className: classes, textContent: text });

/** What to send. @throws Error where a required value is missing */
const requestOf = (form, api) => {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  const headers = {};
  for (const field of form.querySelectorAll('[data-name]')) {
    const { name, in: where } = field.dataset;
    const value = field.value.trim();
    field.setAttribute('aria-invalid', String(field.required && value === ''));
    if (value === '') {
      if (!field.required) continue;
      field.focus();
      throw new Error(`${name} is required`);
    }
    if (where === 'path') path = path.replace(`{${name}}`, encodeURIComponent(value));
    else if (where === 'header') headers[name] = value;
    else for (const one of 'many' in field.dataset ? value.split(',') : [value]) query.append(name, one.trim());
  }
  const body = form.querySelector('.try-body');
  const text = body?.value.trim() || undefined;
  if (text !== undefined) headers['content-type'] = body.dataset.type;
  const words = query.toString();
  return { address: `${api}${path}${words && `?${words}`}`, options: { method: form.dataset.method, headers, body: text } };
};

const readable = (text, type) => {
  try {
    return /\bjson\b/.test(type) ? JSON.stringify(JSON.parse(text), null, 2) : text;
  } catch {
    return text;
  }
};

/** Shows a response as it arrives: streams do not end by themselves. */
const showBody = async (response, output) => {
  const type = response.headers.get('content-type') ?? '';
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done) break;
    text += value;
    output.textContent = text;
  }
  output.textContent = readable(text, type);
};

const send = async (form, api) => {
  const [place, button, stop] = ['.try-response', '.try-send', '.try-stop'].map((name) => form.querySelector(name));
  const stopping = new AbortController();
  stop.onclick = () => stopping.abort();
  place.replaceChildren();
  try {
    const { address, options } = requestOf(form, api);
    button.disabled = true;
    stop.hidden = false;
    place.append(make('p', 'try-sent', `${options.method} ${address}`));
    const started = performance.now();
    const response = await fetch(address, { ...options, signal: stopping.signal });
    const took = Math.round(performance.now() - started);
    place.append(make('p', 'try-status', `${response.status} ${response.statusText}, ${took} ms`));
    const headers = make('details', '');
    const lines = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
    headers.append(make('summary', '', 'Headers'), make('pre', 'code', lines));
    const output = make('pre', 'code');
    output.tabIndex = 0;
    place.append(headers, output);
    await showBody(response, output);
  } catch (error) {
    if (!stopping.signal.aborted) place.append(make('p', 'required', error.message));
  } finally {
    button.disabled = false;
    stop.hidden = true;
  }
};

const show = async () => {
  const response = await fetch(new URL('service.json', site));
  if (!response.ok) return;
  const { api } = await response.json();
  for (const form of document.querySelectorAll('.try')) {
    form.hidden = false;
    form.querySelector('.try-send').addEventListener('click', () => send(form, api));
    form.querySelector('.try-example')?.addEventListener('change', ({ target }) => {
      form.querySelector('.try-body').value = target.value;
    });
  }
};
if (site.protocol !== 'file:') show().catch(() => {});
}
