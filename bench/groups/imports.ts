/** `import 'offspring-rx'` in a child: how long it takes, and whether it loads rxjs. */
import { imports } from '../contenders/imports/imports';
import type { Group } from '../suite/group';

const commonjs = () => import('../contenders/imports/tasks.js');
const esm = () => import('../contenders/imports/tasks-esm.mjs');

export const importTime: Group = {
  id: 'import',
  title: "import 'offspring-rx' in a child",
  about:
    "How long the module of a class waits in the child for `require('offspring-rx')` or `import('offspring-rx')`; for comparison, what rxjs would take there.",
  unit: 'ms',
  better: 'less',
  size: { full: 1, quick: 1 },
  contenders: [
    imports('CommonJS', 'time', async () => (await commonjs()).Importing),
    imports('ES module', 'time', async () => (await esm()).Importing),
    imports('rxjs', 'time', async () => (await commonjs()).ImportingRxjs),
  ],
  aims: [
    { key: 'importMs', what: "`import 'offspring-rx'` in a child, ms", of: 'CommonJS', limit: { atMost: 8 } },
    { key: 'importEsmMs', what: 'the same, ES module, ms', of: 'ES module', limit: { atMost: 8 } },
  ],
};

export const importRxjs: Group = {
  id: 'import-rxjs',
  title: 'What a child loads of rxjs',
  about: 'How many modules of rxjs are loaded when `run()` is reached.',
  unit: 'modules',
  better: 'less',
  size: { full: 1, quick: 1 },
  share: 0.1,
  warmUp: 0,
  contenders: [
    imports('CommonJS', 'rxjs', async () => (await commonjs()).Importing),
    imports('ES module', 'rxjs', async () => (await esm()).Importing),
  ],
  aims: [
    { key: 'importRxjsModules', what: 'modules of rxjs in a child', of: 'CommonJS', limit: { atMost: 0 } },
    { key: 'importRxjsModulesEsm', what: 'the same, ES module', of: 'ES module', limit: { atMost: 0 } },
  ],
};
