/** The documentation's site: which pages it has, in the order in which one reads them. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const inDocs = file => fileURLToPath(new URL(`../${file}`, import.meta.url));

/** Text and path of each page, without its ending. A page that does not exist is left out. */
const GROUPS = [
  [
    'Start',
    [
      ['Getting started', 'getting-started'],
      ['Overview', 'overview'],
      ['A tour', 'tour'],
      ['Which one?', 'which-one'],
    ],
  ],
  [
    'Tasks',
    [
      ['The life of a child', 'life'],
      ['Streams', 'streams'],
      ['Messages', 'messages'],
      ['What crosses', 'crossing'],
      ['How the class is found', 'loading'],
      ['TypeScript, bundlers, runners', 'typescript'],
      ['Shutdown', 'ending'],
    ],
  ],
  [
    'Many tasks',
    [
      ['Pool', 'pool'],
      ['Supervision', 'supervision'],
      ['Scale out', 'scale-out'],
      ['Dashboard', 'dashboard'],
    ],
  ],
  [
    'Guides',
    [
      ['Testing', 'testing'],
      ['Debugging a child', 'debugging'],
      ['Troubleshooting', 'troubleshooting'],
      ['Observability', 'observability'],
      ['Performance', 'performance'],
      ['Spares and caches', 'speed'],
      ['Security', 'security'],
    ],
  ],
  [
    'Recipes',
    [
      ['Overview', 'recipes'],
      ['A job of a server', 'recipes/server-job'],
      ['Progress by server-sent events', 'recipes/sse'],
      ['Cancel on disconnect', 'recipes/disconnect'],
      ['A job queue', 'recipes/job-queue'],
      ['Graceful shutdown of a server', 'recipes/graceful'],
      ['Resize images', 'recipes/resize'],
      ['A big CSV file', 'recipes/csv'],
      ['Share a big table', 'recipes/table'],
      ['Run ffmpeg', 'recipes/ffmpeg'],
      ['Limit the memory', 'recipes/memory'],
      ['Retry with backoff', 'recipes/retry'],
      ['Work by the clock', 'recipes/clock'],
      ['A daemon', 'recipes/daemon'],
      ['OpenTelemetry', 'recipes/opentelemetry'],
      ['A command-line tool', 'recipes/tool'],
      ['Test with virtual time', 'recipes/virtual-time'],
    ],
  ],
  [
    'Migrate from',
    [
      ['Overview', 'migrating'],
      ["Python's offspring", 'migrating/offspring'],
      ["Python's multiprocessing", 'migrating/multiprocessing'],
      ['child_process.fork', 'migrating/fork'],
      ['worker_threads', 'migrating/worker-threads'],
      ['execa', 'migrating/execa'],
      ['jest-worker', 'migrating/jest-worker'],
      ['tinypool', 'migrating/tinypool'],
      ['piscina', 'migrating/piscina'],
      ['workerpool', 'migrating/workerpool'],
      ['pm2', 'migrating/pm2'],
      ['node-cron', 'migrating/node-cron'],
      ['bree', 'migrating/bree'],
    ],
  ],
  [
    'Reference',
    [
      ['Flags, streams, members', 'reference'],
      ['Platforms', 'platforms'],
      ['Kinds of projects', 'consumers'],
      ['Reliability, measured', 'reliability'],
      ['Benchmarks', 'benchmarks'],
      ['What is survived', 'faults'],
      ['Changelog', 'changelog'],
    ],
  ],
];

/** Pages that `scripts/docs.mjs` writes, and where. */
const isThere = page => existsSync(inDocs(`${page}.md`)) || existsSync(inDocs(`generated/${page}.md`));

// No group can be folded: the theme would nest one button in another, which screen readers cannot tell apart.
const guides = GROUPS.map(([text, pages]) => ({
  text,
  items: pages.filter(([, page]) => isThere(page)).map(([text, page]) => ({ text, link: `/${page}` })),
}));

const API = inDocs('generated/api/typedoc-sidebar.json');

/** All pages below an entry of the sidebar that TypeDoc has written. The site serves `generated/api` as `/exports`. */
function pagesOf({ text, link, items = [] }) {
  const own = link?.endsWith('.md') ? [{ text, link: link.replace('/generated/api/', '/exports/') }] : [];
  return [...own, ...items.flatMap(pagesOf)];
}

/** A group for each entry of the package, with its exports by name. */
function exportsOf([root, main]) {
  const entries = [main, ...(root.items ?? [])];
  return entries.map(entry => ({
    text: entry === main ? 'offspring-rx' : `offspring-rx/${entry.text}`,
    items: pagesOf({ items: entry.items }).toSorted((a, b) => a.text.localeCompare(b.text)),
  }));
}

export const sidebar = {
  '/': guides,
  '/exports/': existsSync(API) ? exportsOf(JSON.parse(readFileSync(API, 'utf8'))) : [],
};
