/** The documentation's site: its links. The sources link as a code host needs it, and the site has other addresses. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

const MANIFEST = new URL('../../package.json', import.meta.url);

/** Pages that the site has of files outside of `docs/`. */
const PAGES_OF = { 'README.md': '/overview.md', 'CHANGELOG.md': '/changelog.md' };

/** The address of the repository, if package.json has one. */
function repositoryOf({ repository }) {
  const url = typeof repository === 'string' ? repository : repository?.url;
  return url?.replace(/^git\+/, '').replace(/\.git$/, '');
}

const repository = repositoryOf(JSON.parse(readFileSync(MANIFEST, 'utf8')));

/**
 * Where a link of a page leads in the site. `page` is its path in `docs/`. Null if it leads out of `docs/`, and the
 * repository has no address.
 */
export function siteLink(href, page) {
  if (/^([a-z]+:|#|\/)/i.test(href)) return href;
  const [file, anchor] = href.split('#');
  const target = path.posix.normalize(path.posix.join('docs', path.posix.dirname(page), file));
  if (target.startsWith('docs/') && !/^docs\/(api|examples)\//.test(target) && !target.endsWith('.json')) return href;
  const known = PAGES_OF[target];
  if (known) return anchor ? `${known}#${anchor}` : known;
  return repository ? `${repository}/blob/main/${target}` : null;
}

/** Heading to anchor, as code hosts do it. */
export const slugify = heading =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');

/** A picture is drawn smaller than it is, so it links to its own file, which `scripts/docs.mjs` copies. */
function linkPictures(token, env, Token) {
  const isAlone = token.children?.length === 1 && token.children[0].type === 'image';
  const source = isAlone ? token.children[0].attrGet('src') : '';
  if (!/\.(svg|png)$/.test(source) || /^[a-z]+:/i.test(source)) return;
  const file = path.posix.join('/', path.posix.dirname(env.relativePath), source).slice(1);
  const open = new Token('link_open', 'a', 1);
  open.attrs = [
    // The site does not put its base before a link with a target.
    ['href', `${process.env.DOCS_BASE ?? '/'}${file}`],
    ['target', '_blank'],
    ['title', 'Opens the picture in its full size'],
  ];
  token.children.unshift(open);
  token.children.push(new Token('link_close', 'a', -1));
}

/** A plugin of markdown-it: all links as the site needs them. A link without a target there becomes plain text. */
export function siteLinks(markdown) {
  markdown.core.ruler.push('site-links', ({ tokens, env, Token }) => {
    for (const token of tokens) {
      const { children } = token;
      for (const each of [token, ...(children ?? [])]) {
        // A picture in HTML: without ./ the site would take its path for the name of a package.
        if (/^html_/.test(each.type)) {
          each.content = each.content.replaceAll(/\b(src|srcset)="(?![a-z]+:|[./])/g, '$1="./');
        }
      }
      let isDropped = false;
      for (const token of children ?? []) {
        if (token.type === 'link_open') {
          const href = siteLink(token.attrGet('href'), env.relativePath);
          isDropped = href === null;
          if (!isDropped) token.attrSet('href', href);
        }
        if (!isDropped || !token.type.startsWith('link_')) continue;
        if (token.type === 'link_close') isDropped = false;
        Object.assign(token, { type: 'text', tag: '', attrs: null, nesting: 0, content: '' });
      }
      linkPictures(token, env, Token);
    }
  });
}
