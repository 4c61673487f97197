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

// The menu is always open where there is room for it.
const menu = document.querySelector('.menu');
const wide = matchMedia('(min-width: 60rem)');
const fitMenu = () => (menu.open = wide.matches);
wide.addEventListener('change', fitMenu);
fitMenu();

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

let index;
const prepare = () =>
  (index ??= Promise.all([load('minisearch.js'), load('search-data.js')]).then(() => {
    const found = new MiniSearch({
      fields: ['page', 'title', 'text'],
      storeFields: ['url', 'page', 'title', 'text'],
      searchOptions: { prefix: true, fuzzy: 0.15, combineWith: 'AND', boost: { page: 4, title: 3 } },
    });
    found.addAll(globalThis.searchData);
    return found;
  }));

const item = ({ url, page, title, text }) => {
  const link = document.createElement('a');
  link.href = new URL(url, root);
  const name = document.createElement('strong');
  name.textContent = title ? `${page}: ${title}` : page;
  const excerpt = document.createElement('span');
  excerpt.textContent = text.slice(0, 120);
  link.append(name, excerpt);
  const entry = document.createElement('li');
  entry.append(link);
  return entry;
};

const show = async () => {
  const words = input.value.trim();
  const found = words === '' ? [] : (await prepare()).search(words).slice(0, 12);
  if (input.value.trim() !== words) return;
  results.replaceChildren(...found.map(item));
  if (words !== '' && found.length === 0) {
    const nothing = document.createElement('li');
    nothing.textContent = 'Nothing found';
    results.append(nothing);
  }
  results.hidden = words === '';
};

input.addEventListener('focus', prepare);
input.addEventListener('input', show);
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && !/^(?:INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
    event.preventDefault();
    input.focus();
  } else if (event.key === 'Escape') {
    results.hidden = true;
    input.blur();
  } else if (event.key === 'ArrowDown' && document.activeElement === input) results.querySelector('a')?.focus();
});
document.addEventListener('click', (event) => {
  if (!search.contains(event.target)) results.hidden = true;
});
