// The search: a result is a page, with the best of its parts below it.

/** Parts that are listed below a page. */
const MAX_PARTS = 2;

/** Pages of which many mention everything rank below those that explain it. */
const WEIGHTS = [
  [/^how-to\/|^tutorial|^concepts/, 2],
  [/^reference\/schemas\//, 0.4],
  [/^(?:architecture|performance|reliability|upstream-faults|log-events|sandbox)\./, 0.6],
];
const weightOf = (url) => WEIGHTS.find(([pattern]) => pattern.test(url))?.[1] ?? 1;

/** @param entries pages and their parts: `{ id, url, page, title, text }`, where a page has no title */
globalThis.createSearch = (MiniSearch, entries) => {
  const index = new MiniSearch({
    fields: ['page', 'title', 'text'],
    storeFields: ['url', 'page', 'title', 'text'],
    searchOptions: {
      prefix: (term) => term.length > 2,
      fuzzy: (term) => (term.length > 4 ? 0.15 : 0),
      weights: { prefix: 0.4, fuzzy: 0.1 },
      combineWith: 'AND',
      boost: { page: 6, title: 3 },
      boostDocument: (_id, _term, { url, title }) => weightOf(url) * (title === '' ? 2 : 1),
    },
  });
  index.addAll(entries);
  const pages = new Map(entries.filter(({ url }) => !url.includes('#')).map((entry) => [entry.url, entry]));
  /** Pages, the best first, each with its best parts. */
  return (words, limit = 8) => {
    const found = new Map();
    for (const hit of index.search(words)) {
      const [url] = hit.url.split('#');
      const parts = found.get(url) ?? [];
      found.set(url, parts);
      if (hit.url !== url && parts.length < MAX_PARTS) parts.push(hit);
    }
    return [...found].slice(0, limit).map(([url, parts]) => ({ ...pages.get(url), parts }));
  };
};
