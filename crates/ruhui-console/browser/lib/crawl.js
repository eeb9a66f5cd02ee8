// The pages of the console, found by following links as a visitor does.

// Addresses that every console has, whether it is empty or not.
export const PAGES = [
  '/',
  '/requests',
  '/explain',
  '/callbacks',
  '/members',
  '/templates',
  '/tokens',
  '/activities',
  '/merchants',
  '/lab',
];

// Pages of one form that are visited: those of two requests differ more than those of ten.
const OF_A_FORM = 3;
// A page with more parameters than this is a filter of a filter.
const PARAMETERS = 1;

// Opens the pages that links lead to, a few of each form. Yields each address and its status while the page is open.
export async function* crawl(visit, starts = PAGES, ofAForm = OF_A_FORM) {
  const found = [...starts];
  const forms = new Map(starts.map((address) => [form(address), 1]));
  for (const address of found) {
    const response = await visit.open(address);
    const links = await visit.page.$$eval('a[href]:not([download])', (links) => links.map((link) => link.href));
    yield { address, status: response.status() };
    for (const link of links) {
      const url = new URL(link);
      const next = url.pathname + url.search;
      if (url.origin !== visit.sandbox.url || found.includes(next)) continue;
      // The controls respond with JSON: they are no pages.
      if (url.pathname.startsWith('/sandbox/') || url.searchParams.size > PARAMETERS) continue;
      const count = forms.get(form(next)) ?? 0;
      if (count >= ofAForm) continue;
      forms.set(form(next), count + 1);
      found.push(next);
    }
  }
}

// The form of an address: its first segment, its depth, and the names of its parameters.
function form(address) {
  const url = new URL(address, 'http://localhost');
  const [, first, ...rest] = url.pathname.split('/');
  return [first, rest.length, ...url.searchParams.keys()].join(' ');
}
