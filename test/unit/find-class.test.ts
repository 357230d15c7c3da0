/** Finding the class to run in a loaded module: by its export, by its name and text, or by its place. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Module } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { expect } from 'chai';
import { classAt, isTaskClass, type TaskClass } from '../../src/child/load/task-class';
import { captureClass } from '../../src/child/load/unexported/capture-class';
import {
  chooseClass,
  classesWithSameText,
  evaluatedTaskClasses,
  exportedClasses,
} from '../../src/child/load/unexported/find-class';
import { CAPTURE_BLOCK, sourceDigest } from '../../src/classes/class-text';
import { withInspector } from '../../src/classes/inspector';
import { writtenAt } from '../../src/classes/written-at';
import type { ClassTarget } from '../../src/protocol/to-child';
import { Subprocess } from '../../src/subprocess';

class First extends Subprocess {
  override run() {
    return 'first';
  }
}
class Second extends First {}

/** Two classes of one name and different text. */
const namesakes = [
  class Twin extends Subprocess {
    override run() {
      return 'one';
    }
  },
  class Twin extends Subprocess {
    override run() {
      return 'two';
    }
  },
] as unknown as [TaskClass, TaskClass];

/** Makes classes with one name and one text, even at one place. */
const makeSame = () =>
  class Same extends Subprocess {
    override run() {}
  } as unknown as TaskClass;

const first = First as unknown as TaskClass;
const second = Second as unknown as TaskClass;
const targetOf = (type: TaskClass): ClassTarget => ({ name: type.name, text: sourceDigest(type) });
const placedTargetOf = (type: TaskClass): ClassTarget => {
  const { line, column } = writtenAt(type) ?? {};
  expect(line).to.be.a('number');
  return { name: type.name, text: 'compiled with other settings', line: line as number, column: column as number };
};

describe('isTaskClass', () => {
  it('is true for a class of this package, a subclass, and a class of another copy', () => {
    const ofAnotherCopy = vm.runInNewContext('(class Other { get event$() {} })');
    for (const type of [First, Second, ofAnotherCopy]) expect(isTaskClass(type)).to.equal(true);
  });

  it('is false for everything else', () => {
    const others = [undefined, null, 1, 'First', {}, { event$: 1 }, () => {}, class {}, Map, new Proxy({}, {})];
    for (const other of others) expect(isTaskClass(other)).to.equal(false);
  });
});

describe('classAt', () => {
  it('returns the export with the key, or the export itself', () => {
    expect(classAt({ First }, 'First')).to.equal(First);
    expect(classAt(First, '')).to.equal(First);
    expect(
      classAt(
        Object.assign(() => {}, { inner: Second }),
        'inner',
      ),
    ).to.equal(Second);
  });

  it('returns undefined if there is no class', () => {
    for (const exported of [undefined, null, {}, { First: {} }, { First: class {} }]) {
      expect(classAt(exported, 'First')).to.equal(undefined);
    }
  });
});

describe('exportedClasses', () => {
  it('returns the export itself, its properties, and those of its default export', () => {
    expect(exportedClasses(First)).to.deep.equal([First]);
    expect(exportedClasses({ First, helper: () => {}, count: 1 })).to.deep.equal([First]);
    expect(exportedClasses({ default: First })).to.deep.equal([First]);
    expect(exportedClasses({ default: { First, Second } })).to.deep.equal([First, Second]);
  });

  it('leaves out properties that cannot be read', () => {
    const exported = {
      First,
      get broken() {
        throw new Error('not yet');
      },
    };
    expect(exportedClasses(exported)).to.deep.equal([First]);
    for (const nothing of [undefined, null, 1, 'text']) expect(exportedClasses(nothing)).to.deep.equal([]);
  });
});

describe('chooseClass', () => {
  it('finds the class with the name and the text', () => {
    expect(chooseClass([second, first], targetOf(first))).to.equal(First);
    expect(chooseClass([second, first], targetOf(second))).to.equal(Second);
  });

  it('tells apart two classes of one name by their text', () => {
    const [one, two] = namesakes;
    expect(chooseClass([one, two], targetOf(one))).to.equal(one);
    expect(chooseClass([one, two], targetOf(two))).to.equal(two);
  });

  it('finds a class that is exported twice', () => {
    expect(chooseClass([first, first], targetOf(first))).to.equal(First);
  });

  it('finds a captured class by its text without the capture block', () => {
    const text = 'class Captured extends Base { run() {} }';
    const evaluate = (code: string) => new Function('Base', `return ${code}`)(Subprocess) as TaskClass;
    const { loaded, captured } = captureClass('/captured.js', 'Captured', async () => undefined);
    const withBlock = evaluate(text.replace(/\}$/, `${CAPTURE_BLOCK}}`));
    expect(captured).to.deep.equal([withBlock]);
    expect(chooseClass(captured, targetOf(evaluate(text)))).to.equal(withBlock);
    return loaded;
  });

  it('finds none of two classes with the same text', () => {
    const same = makeSame();
    expect(chooseClass([same, makeSame()], targetOf(same))).to.equal(undefined);
  });

  it('finds the class at the place if another compiler has changed the text', () => {
    const [one, two] = namesakes;
    expect(chooseClass([one, two], placedTargetOf(one))).to.equal(one);
    expect(chooseClass([one, two], placedTargetOf(two))).to.equal(two);
  });

  it('finds the only class of the name, whatever its text and its place', () => {
    const [one, two] = namesakes;
    expect(chooseClass([first, one], targetOf(two))).to.equal(one);
    expect(chooseClass([one], placedTargetOf(two))).to.equal(one);
  });

  it('finds no class with another name, and none of two with another text and place', () => {
    const [one, two] = namesakes;
    expect(chooseClass([first], { ...targetOf(first), name: 'Other' })).to.equal(undefined);
    expect(chooseClass([one, two], { ...targetOf(one), text: 'another' })).to.equal(undefined);
    expect(chooseClass([one, two], { ...placedTargetOf(one), line: 1 })).to.equal(undefined);
    expect(chooseClass([], targetOf(first))).to.equal(undefined);
  });
});

describe('classesWithSameText', () => {
  it('returns the classes with the name and the text, each once', () => {
    const [one, other] = [makeSame(), makeSame()];
    expect(classesWithSameText([one, first, other, ...namesakes, one], targetOf(one))).to.deep.equal([one, other]);
    expect(classesWithSameText([second], targetOf(first))).to.deep.equal([]);
  });
});

describe('evaluatedTaskClasses', () => {
  it('returns all classes, whether exported, not exported or made by a function', () => {
    const inside = makeSame();
    const found = evaluatedTaskClasses();
    for (const type of [first, second, ...namesakes, inside]) expect(found).to.include(type);
    expect(found).not.to.include(Map);
  });
});

describe('sourceDigest', () => {
  it('depends on the text alone', () => {
    const [one, two] = namesakes;
    expect(sourceDigest(one)).not.to.equal(sourceDigest(two));
    expect(sourceDigest(makeSame())).to.equal(sourceDigest(makeSame()));
    expect(sourceDigest(First)).to.match(/^\d+:[0-9a-z]+$/);
  });
});

describe('writtenAt', () => {
  it('returns the file and the line of a class', () => {
    const one = writtenAt(namesakes[0]);
    const two = writtenAt(namesakes[1]);
    expect(one?.url).to.match(/find-class\.test\.ts$/);
    expect(two?.url).to.equal(one?.url);
    expect(two?.line).to.be.above(one?.line as number);
  });

  it('returns the URL and the source map of an ES module, as the debugger tells them', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'written-at-'));
    try {
      const map = 'data:application/json;base64,e30=';
      const file = path.join(folder, 'a module.mjs');
      writeFileSync(
        file,
        `export class Here { run() { return '\\n//# sourceMappingURL=none'; } }\n//# sourceMappingURL=${map}\n`,
      );
      const url = pathToFileURL(file).href;
      const { Here } = await import(url);
      expect(writtenAt(Here)).to.deep.include({ url, sourceMap: map, line: 0, column: 7 });
      const debugged: unknown[] = [];
      withInspector(({ session, post }) => {
        session.on('Debugger.scriptParsed', ({ params }) => debugged.push([params.url, params.sourceMapURL]));
        post('Debugger.enable');
      });
      expect(debugged).to.deep.include([url, map]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('returns the source map of what a loader has compiled in memory, under the name of its file', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'written-at-'));
    try {
      const file = path.join(folder, 'task.js');
      writeFileSync(
        file,
        '// a comment that the loader drops\n\nexports.Task = class Task { run(): string { return 1 } };\n',
      );
      const sourceMap = 'data:application/json;base64,e30=';
      const code = `exports.Task = class Task { run() { return 1 } };\n//# sourceMappingURL=${sourceMap}\n`;
      const loaded = new Module(file) as NodeJS.Module & { _compile(code: string, file: string): void };
      loaded._compile(code, file);
      expect(writtenAt(loaded.exports.Task)).to.deep.include({ sourceMap, line: 0 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('returns no file for a class that was evaluated from a string', () => {
    expect(writtenAt(vm.runInThisContext('(class Loose {})'))?.url).not.to.match(/^file:/);
  });
});
