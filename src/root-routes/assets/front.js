// The front page of a development service: composes and blueprints, kept current by the event stream.
const api = document.querySelector('main').dataset.api;
const byId = (id) => document.getElementById(id);

/** Most composes and blueprints in a list. */
const SHOWN = 10;
/** Milliseconds between two polls for the progress of composes that run. */
const POLL_INTERVAL = 1500;
/** Milliseconds until the page tries again to load what could not be loaded. */
const RETRY_INTERVAL = 2000;

const STATES = {
  ...{ pending: 'waiting', building: 'building', uploading: 'uploading', registering: 'registering' },
  ...{ success: 'finished', failure: 'failed' },
};

/** Sends a request. @throws Error with the detail and the status of the response */
const call = async (path, body) => {
  const options = body && {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
  const response = await fetch(api + path, options);
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  let detail = text;
  try {
    detail = JSON.parse(text).errors[0].detail;
  } catch {
    // Refusals of an identity are plain text.
  }
  throw Object.assign(new Error(detail || `status ${response.status}`), { status: response.status });
};

/** An element with classes and content. */
const element = (name, classes, ...content) => {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  made.append(...content);
  return made;
};

const linkTo = (address, text) => Object.assign(element('a', '', text), { href: address });

const since = (time) => new Date(time).toLocaleString();

const report = (error) => (byId('problem').textContent = error ? error.message : '');

// Composes, newest first.

const composes = new Map();
const isRunning = ({ status }) => status !== 'success' && status !== 'failure';

const factsOf = ({ id, what, createdAt, status }) => {
  const facts = element('div', 'row-facts', `${what}, ${since(createdAt)} `, linkTo(`${api}/composes/${id}`, 'Status'));
  if (status === 'success') facts.append(' ', linkTo(`${api}/composes/${id}/metadata`, 'Packages'));
  return facts;
};

const composeRow = (compose) => {
  const { id, name, status, progress, reason, url } = compose;
  const state = element('span', `state ${status}`, STATES[status] ?? status);
  const row = element('li', '', element('div', 'row-head', element('strong', '', name), state));
  row.dataset.id = id;
  if (isRunning(compose)) {
    const bar = element('progress', '');
    bar.setAttribute('aria-label', `progress of ${name}`);
    if (progress) Object.assign(bar, { max: progress.total, value: progress.done });
    row.append(bar);
  }
  const facts = factsOf(compose);
  if (/^https?:/.test(url ?? '')) facts.append(' ', linkTo(url, 'Download'));
  row.append(facts);
  if (reason) row.append(element('div', 'problem', reason));
  return row;
};

const showComposes = () => {
  const newest = [...composes.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt)).slice(0, SHOWN);
  for (const id of composes.keys()) if (!newest.some((one) => one.id === id)) composes.delete(id);
  byId('composes').replaceChildren(
    ...(newest.length > 0
      ? newest.map(composeRow)
      : [element('li', 'note', 'None yet. Build one here, or with curl.')]),
  );
};

const whatOf = ({ distribution, bootc, image_requests: [image] }) =>
  `${distribution ?? bootc?.reference ?? ''} ${image?.image_type ?? ''}`.trim();

const readCompose = async (id) => {
  const read = await call(`/composes/${id}`).catch((error) => {
    if (error.status === 404) return null;
    throw error;
  });
  // Deleted meanwhile: there is no event about that.
  if (read === null) return void composes.delete(id);
  const { image_status: image, request } = read;
  const known = composes.get(id);
  composes.set(id, {
    ...{
      id,
      name: request.image_name ?? known?.name ?? id,
      what: whatOf(request),
      status: image.status,
      progress: image.progress,
    },
    ...{ createdAt: known?.createdAt ?? new Date().toISOString(), reason: image.error?.reason },
    url: image.upload_status?.options?.url,
  });
};

const refreshComposes = async (ids) => {
  await Promise.all(ids.map(readCompose));
  showComposes();
};

const loadComposes = async () => {
  const { data } = await call(`/composes?limit=${SHOWN}`);
  composes.clear();
  for (const { id, created_at: createdAt, image_name: name } of data) composes.set(id, { id, createdAt, name });
  await refreshComposes(data.map(({ id }) => id));
};

// Events tell of a change of state; how far a build is has to be polled.
const pollProgress = async () => {
  const running = [...composes.values()].filter(isRunning).map(({ id }) => id);
  if (running.length > 0 && !document.hidden) await refreshComposes(running).catch(report);
  setTimeout(pollProgress, POLL_INTERVAL);
};

// Blueprints, and the quota.

const startCompose = async (path, body) => {
  report(null);
  try {
    const started = await call(path, body);
    await refreshComposes([started].flat().map(({ id }) => id));
    await loadQuota();
  } catch (error) {
    report(error);
  }
};

const blueprintRow = ({ id, name, version, description, last_modified_at: changedAt }) => {
  const button = Object.assign(element('button', '', 'Build'), { type: 'button' });
  button.setAttribute('aria-label', `Build ${name}`);
  button.addEventListener('click', async () => {
    button.disabled = true;
    await startCompose(`/blueprints/${id}/compose`, {});
    button.disabled = false;
  });
  const facts = `version ${version}, ${since(changedAt)}${description ? `. ${description}` : ''}`;
  return element(
    'li',
    '',
    element('div', 'row-head', element('strong', '', linkTo(`${api}/blueprints/${id}`, name)), button),
    element('div', 'row-facts', facts),
  );
};

const loadBlueprints = async () => {
  const { data } = await call(`/blueprints?limit=${SHOWN}`);
  const none = element('li', 'note', 'None yet. ', linkTo('/docs/tutorial.html#save-the-description', 'Save one'));
  byId('blueprints').replaceChildren(...(data.length > 0 ? data.map(blueprintRow) : [none]));
};

const loadQuota = async () => {
  const { limited, limit, remaining, rate_limits: limits, storage } = await call('/quota');
  const lines = [
    limited ? `${remaining} of ${limit} builds are left` : 'The number of builds is not limited',
    ...limits.map(
      ({ applies_to: kind, limit: most, remaining: left }) => `${kind}: ${left ?? '?'} of ${most} requests are left`,
    ),
    ...(storage ? [`${storage.blueprints.used} of ${storage.blueprints.limit} blueprints are stored`] : []),
  ];
  byId('quota').replaceChildren(...lines.map((line) => element('li', '', line)));
};

// The form.

const form = byId('build');

const requestOf = () => {
  const { distribution, name, packages } = form.elements;
  const words = packages.value.split(/[\s,]+/).filter(Boolean);
  return {
    distribution: distribution.value,
    ...(name.value.trim() ? { image_name: name.value.trim() } : {}),
    image_requests: [
      { architecture: 'x86_64', image_type: 'guest-image', upload_request: { type: 'aws.s3', options: {} } },
    ],
    ...(words.length > 0 ? { customizations: { packages: words } } : {}),
  };
};

const showCommand = () => {
  const json = JSON.stringify(requestOf(), null, 2).replaceAll("'", String.raw`'\''`);
  byId('command').textContent =
    `curl ${location.origin}${api}/compose -H 'content-type: application/json' -d '${json}'`;
};

const loadDistributions = async () => {
  const names = (await call('/distributions')).map(({ name }) => name);
  form.elements.distribution.replaceChildren(
    ...names.map((name) => new Option(name, name, name === 'centos-9', name === 'centos-9')),
  );
  showCommand();
};

form.addEventListener('input', showCommand);
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const [button] = form.getElementsByTagName('button');
  button.disabled = true;
  await startCompose('/compose', requestOf());
  button.disabled = false;
});

// The event stream. The browser reconnects with the id of the last event.

const loadAll = () => Promise.all([loadComposes(), loadBlueprints(), loadQuota()]);

/** Loads, and again later where that fails: the service, or what it needs, may be starting. */
const loadOrRetry = async (load, isRetry = false) => {
  try {
    await load();
    if (isRetry) report(null);
  } catch (error) {
    report(error);
    setTimeout(loadOrRetry, RETRY_INTERVAL, load, true);
  }
};

const follow = () => {
  const events = new EventSource(`${api}/events`);
  const say = (text) => (byId('connection').textContent = text);
  const on = (types, handle) => {
    for (const type of types)
      events.addEventListener(type, ({ data }) => void Promise.resolve(handle(JSON.parse(data))).catch(report));
  };
  events.addEventListener('open', () => say('Live: this page follows the event stream'));
  events.addEventListener('error', () => say('The connection to the event stream is interrupted'));
  const refresh = ({ compose_id: id, occurred_at: time }) => {
    if (!composes.has(id)) composes.set(id, { id, createdAt: time });
    return refreshComposes([id]);
  };
  on(['compose.queued', 'compose.status', 'compose.finished', 'compose.cancelled'], refresh);
  on(['blueprint.created', 'blueprint.updated', 'blueprint.deleted'], loadBlueprints);
  on(['compose.queued', 'compose.finished'], loadQuota);
  on(['events.missed'], () => loadOrRetry(loadAll));
};

await Promise.all([loadOrRetry(loadDistributions), loadOrRetry(loadAll)]);
follow();
void pollProgress();
