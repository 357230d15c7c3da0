/** A task that emits what it is told to, and returns upon `return`. */
const { Subprocess } = require('offspring-rx');

exports.Steps = class Steps extends Subprocess {
  run() {
    return new Promise(resolve => {
      this.command$.subscribe(command => {
        if (command === 'return') resolve(42);
        else this.emit(command);
      });
    });
  }
};

/** A task that counts as fast as its parent lets it. */
exports.Flood = class Flood extends Subprocess {
  async run() {
    for (let index = 1; index <= 60_000; index++) await this.emit([index, performance.timeOrigin + performance.now()]);
  }
};
