/** How the documentation's site looks, as it was built: no serious fault of accessibility, and nothing too wide. */
import { expect } from 'chai';
import { seriousFaults } from '../support/axe';
import { pagesForSuite } from '../support/pages';
import { SITE_PAGES, serveSite } from '../support/site';

const VIEWPORTS = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

describe('the look of the site', () => {
  const open = pagesForSuite();
  let site: Awaited<ReturnType<typeof serveSite>>;
  before(async () => {
    site = await serveSite();
  });
  after(() => site?.close());

  for (const [name, file] of Object.entries(SITE_PAGES)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const viewport of VIEWPORTS) {
        it(`of ${name} has no serious fault of accessibility: ${colorScheme}, ${viewport.width} px`, async () => {
          const { page, complaints } = await open(`${site.url}${file}`, { colorScheme, viewport });
          await page.waitForLoadState('networkidle');
          expect(await page.evaluate("document.documentElement.classList.contains('dark')")).to.equal(
            colorScheme === 'dark',
          );
          expect(await seriousFaults(page)).to.deep.equal([]);
          const [scroll, width] = await page.evaluate<number[]>('[document.documentElement.scrollWidth, innerWidth]');
          expect(scroll, 'nothing is wider than the window').to.be.at.most(width as number);
          expect(complaints).to.deep.equal([]);
        });
      }
    }
  }
});
