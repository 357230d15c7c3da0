/** The documentation's site. `npm run docs` builds it, and `npm run docs:dev` shows it while you write. */
import { siteLinks, slugify } from './links.mjs';
import { sidebar } from './sidebar.mjs';

/** The front page has its form from here, so that its source stays a plain page. */
const FRONT = {
  layout: 'home',
  hero: {
    name: 'offspring-rx',
    text: 'Work in child processes, as RxJS streams',
    tagline: 'Write a class. Its method runs in a process of its own, and its whole life is streams and promises.',
    image: { src: '/logo.svg', alt: 'a parent and its children' },
    actions: [
      { theme: 'brand', text: 'Getting started', link: '/getting-started' },
      { theme: 'alt', text: 'Which one?', link: '/which-one' },
      { theme: 'alt', text: 'Exports', link: '/exports/' },
    ],
  },
  features: [
    {
      title: 'Only a class',
      details: 'No worker file, no message handling, no cleanup. The child finds the class by itself.',
      link: '/getting-started',
    },
    {
      title: 'Errors arrive',
      details: "What goes wrong in the child reaches the parent as an error, with the child's stack.",
      link: '/troubleshooting',
    },
    {
      title: 'Children end with their parent',
      details: 'They are shut down when the parent ends, even when it crashes or is killed.',
      link: '/ending',
    },
    {
      title: 'A pool for many items',
      details: 'Workers stay alive, and take one item after another. Back-pressure is built in.',
      link: '/pool',
    },
    {
      title: 'Supervision as in Erlang/OTP',
      details: 'Restart what fails, with growing delays, limits, strategies and trees.',
      link: '/supervision',
    },
    {
      title: 'Tests without processes',
      details: 'The real class and the real streams, in the process of the test, in virtual time.',
      link: '/testing',
    },
  ],
};

/** Lists and tables that a run or a history has written: a search would find every word in them. */
const NOT_SEARCHED = ['generated/changelog.md', 'benchmarks.md', 'consumers.md', 'faults.md', 'reliability.md'];

const search = {
  _render: (source, env, markdown) => (NOT_SEARCHED.includes(env.relativePath) ? '' : markdown.render(source, env)),
  miniSearch: {
    searchOptions: {
      fuzzy: 0.1,
      boost: { title: 4, titles: 2, text: 2 },
      // The guides come before the exports.
      boostDocument: id => (id.includes('/exports/') ? 0.3 : 1),
    },
  },
};

export default {
  title: 'offspring-rx',
  description: 'Work in child processes, as RxJS streams.',
  lang: 'en-US',
  base: process.env.DOCS_BASE ?? '/',
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${process.env.DOCS_BASE ?? '/'}logo.svg` }]],
  cleanUrls: false,
  srcExclude: ['api/**', 'examples/**'],
  rewrites: {
    'generated/overview.md': 'overview.md',
    'generated/changelog.md': 'changelog.md',
    'generated/api/:rest*': 'exports/:rest*',
  },
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify },
    toc: { slugify },
    config: siteLinks,
  },
  transformPageData(page) {
    if (page.relativePath === 'index.md') Object.assign(page.frontmatter, FRONT);
  },
  themeConfig: {
    logo: '/logo.svg',
    nav: [
      { text: 'Guide', link: '/getting-started', activeMatch: '^/(?!exports|reference|troubleshooting)' },
      { text: 'Reference', link: '/reference' },
      { text: 'Exports', link: '/exports/', activeMatch: '^/exports/' },
      { text: 'Troubleshooting', link: '/troubleshooting' },
    ],
    sidebar,
    outline: [2, 3],
    search: { provider: 'local', options: search },
    footer: { message: 'Released under the Apache License 2.0.' },
  },
};
