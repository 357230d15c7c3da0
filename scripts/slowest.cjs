/**
 * A reporter for mocha: that of each day, and at its end the twenty slowest files, with the time of their tests and
 * hooks. `npm run test:slowest`
 */
const path = require('node:path');
const { reporters, Runner } = require('mocha');

const { EVENT_HOOK_END, EVENT_RUN_END, EVENT_TEST_END } = Runner.constants;
const MOST = 20;

module.exports = class Slowest extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    /** ms by file. */
    const times = new Map();
    let slowest = '';
    const add = ({ file, parent, duration = 0 }) => {
      const name = file ?? parent?.file;
      if (name) times.set(name, (times.get(name) ?? 0) + duration);
      if (duration > 0) slowest = name;
    };
    runner.on(EVENT_TEST_END, add);
    // A root hook belongs to no file: it ran for that of the test before it.
    runner.on(EVENT_HOOK_END, hook => add({ ...hook, file: hook.file ?? slowest, duration: hook.duration }));
    runner.once(EVENT_RUN_END, () => {
      const files = [...times].sort(([, a], [, b]) => b - a);
      const all = files.reduce((sum, [, time]) => sum + time, 0);
      console.log(`  the ${MOST} slowest of ${files.length} files, which took ${seconds(all)} in all\n`);
      for (const [file, time] of files.slice(0, MOST)) {
        console.log(`  ${seconds(time).padStart(8)}  ${path.relative(process.cwd(), file)}`);
      }
    });
  }
};

const seconds = ms => `${(ms / 1_000).toFixed(1)} s`;
