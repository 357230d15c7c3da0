/** `npm ci` takes the locks as they are: it refuses one that lacks a package, be it for another platform. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from './support/fixture';

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

/** Where Node, and so npm, looks for a package that the one in `folder` depends on. */
function* placesOf(name: string, folder: string): Generator<string> {
  for (let from = folder; ; from = from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/')))) {
    yield `${from === '' ? '' : `${from}/`}node_modules/${name}`;
    if (!from.includes('/node_modules/')) {
      if (from !== '') yield `node_modules/${name}`;
      return;
    }
  }
}

for (const folder of ['.', 'bench/peers', 'test/compilers']) {
  describe(`${folder}/package-lock.json`, () => {
    const { packages } = JSON.parse(readFileSync(path.join(ROOT, folder, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, Locked>;
    };

    it('has every package that another one asks for, those of other platforms too', () => {
      const missing: string[] = [];
      for (const [place, locked] of Object.entries(packages)) {
        const { dependencies, devDependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = locked;
        const asked = { ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies };
        for (const name of Object.keys(asked)) {
          const isOptionalPeer = peerDependenciesMeta?.[name]?.optional === true;
          const isThere = [...placesOf(name, place)].some(each => packages[each]);
          if (!isThere && !isOptionalPeer) missing.push(`${name}, for ${place || 'package.json'}`);
        }
      }
      expect(missing).to.deep.equal([]);
    });

    it('asks for what package.json asks for', () => {
      const manifest = JSON.parse(readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8')) as Locked;
      const { dependencies, devDependencies, peerDependencies } = packages[''] as Locked;
      expect({ dependencies, devDependencies, peerDependencies }).to.deep.equal({
        dependencies: manifest.dependencies,
        devDependencies: manifest.devDependencies,
        peerDependencies: manifest.peerDependencies,
      });
    });

    it('names the bytes of each package, and no registry', () => {
      for (const [place, { integrity, resolved }] of Object.entries(packages)) {
        if (place !== '') expect(integrity, place).to.match(/^sha512-/);
        expect(resolved, place).to.equal(undefined);
      }
    });
  });
}
