// Conveniences: everything on a page can be read without them.
const root = new URL('..', document.currentScript.src);

// A button that copies a block of code.
for (const block of document.querySelectorAll('pre.code')) {
  if (!navigator.clipboard) break;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(block.querySelector('code').textContent);
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = 'Copy'), 1500);
  });
  const frame = document.createElement('div');
  frame.className = 'frame';
  block.replaceWith(frame);
  frame.append(block, button);
}

// Samples in several languages become tabs; the reader's language is chosen everywhere, and the next time.
const languages = { key: 'sample-language', groups: [] };
const chooseLanguage = (name) => {
  for (const choose of languages.groups) choose(name);
  try {
    localStorage.setItem(languages.key, name);
  } catch {
    // Pages on a disk may have no storage.
  }
};
const chosenLanguage = () => {
  try {
    return localStorage.getItem(languages.key);
  } catch {
    return null;
  }
};

const makeTabs = (group, number) => {
  const panels = [...group.querySelectorAll('.sample')];
  const list = document.createElement('div');
  list.className = 'tabs';
  list.setAttribute('role', 'tablist');
  list.setAttribute('aria-label', 'Language');
  const tabs = panels.map((panel, index) => {
    const tab = document.createElement('button');
    Object.assign(tab, { type: 'button', id: `tab-${number}-${index}`, textContent: panel.dataset.language });
    panel.id = `sample-${number}-${index}`;
    panel.querySelector('.sample-name').remove();
    panel.setAttribute('role', 'tabpanel');
    panel.setAttribute('aria-labelledby', tab.id);
    tab.setAttribute('role', 'tab');
    tab.setAttribute('aria-controls', panel.id);
    tab.addEventListener('click', () => chooseLanguage(panel.dataset.language));
    return tab;
  });
  const choose = (name) => {
    if (!panels.some((panel) => panel.dataset.language === name)) return;
    for (const [index, panel] of panels.entries()) {
      const isChosen = panel.dataset.language === name;
      panel.hidden = !isChosen;
      tabs[index].setAttribute('aria-selected', String(isChosen));
      tabs[index].tabIndex = isChosen ? 0 : -1;
    }
  };
  list.addEventListener('keydown', ({ key }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (step === undefined) return;
    const next = tabs.at((tabs.indexOf(document.activeElement) + step) % tabs.length);
    next.focus();
    next.click();
  });
  list.append(...tabs);
  group.prepend(list);
  choose(panels[0].dataset.language);
  languages.groups.push(choose);
};
for (const [number, group] of document.querySelectorAll('.samples').entries()) makeTabs(group, number);
for (const choose of languages.groups) choose(chosenLanguage());

// The menu is always open where there is room for it.
const menu = document.querySelector('.menu');
const wide = matchMedia('(min-width: 60rem)');
const fitMenu = () => (menu.open = wide.matches);
wide.addEventListener('change', fitMenu);
fitMenu();

// The way back to the service, where it serves the documentation.
if (location.protocol !== 'file:' && root.pathname.endsWith('/docs/')) {
  const link = document.createElement('a');
  link.href = new URL('..', root);
  link.textContent = 'Start page';
  menu.querySelector('summary').after(link);
}

// The search: its data is loaded when the user is about to search.
const search = document.querySelector('.search');
const input = search.querySelector('input');
const results = search.querySelector('.results');
search.hidden = false;

const load = (file) =>
  new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = new URL(`assets/${file}`, root);
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });

let searching;
const prepare = () =>
  (searching ??= Promise.all(['minisearch.js', 'search.js', 'search-data.js'].map(load)).then(() =>
    globalThis.createSearch(MiniSearch, globalThis.searchData),
  ));

const item = ({ url, text }, name, classes) => {
  const link = document.createElement('a');
  link.href = new URL(url, root);
  const title = document.createElement('strong');
  title.textContent = name;
  const excerpt = document.createElement('span');
  excerpt.textContent = text.length > 120 ? `${text.slice(0, 120).replace(/\s\S*$/, '')} …` : text;
  link.append(title, excerpt);
  const entry = document.createElement('li');
  entry.className = classes;
  entry.append(link);
  return entry;
};

const itemsOf = (page) => [
  item(page, page.page, 'result'),
  ...page.parts.map((part) => item(part, part.title, 'result-part')),
];

const show = async () => {
  const words = input.value.trim();
  const found = words === '' ? [] : (await prepare())(words);
  if (input.value.trim() !== words) return;
  results.replaceChildren(...found.flatMap(itemsOf));
  if (words !== '' && found.length === 0) {
    const nothing = document.createElement('li');
    nothing.textContent = 'Nothing found';
    results.append(nothing);
  }
  results.hidden = words === '';
};

input.addEventListener('focus', prepare);
input.addEventListener('input', show);
input.addEventListener('keydown', ({ key }) => {
  if (key === 'Enter') results.querySelector('a')?.click();
});
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && !/^(?:INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
    event.preventDefault();
    input.focus();
  } else if (event.key === 'Escape') {
    results.hidden = true;
    input.blur();
  } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const stops = [input, ...results.querySelectorAll('a')];
    const at = stops.indexOf(document.activeElement);
    if (at < 0 || results.hidden) return;
    event.preventDefault();
    stops[Math.min(stops.length - 1, Math.max(0, at + (event.key === 'ArrowDown' ? 1 : -1)))].focus();
  }
});
document.addEventListener('click', (event) => {
  if (!search.contains(event.target)) results.hidden = true;
});
