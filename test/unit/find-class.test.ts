/** Which class of a loaded module is meant: by export, by name and text, or by place. */
import vm from 'node:vm';
import { expect } from 'chai';
import { catchClass } from '../../src/child/load/catch-class';
import { alike, choose, evaluated, exportedClasses } from '../../src/child/load/find-class';
import { classAt, isTaskClass, type TaskClass } from '../../src/child/load/task-class';
import { sourceDigest } from '../../src/classes/class-text';
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

/** Two classes of one name and one text, which their place alone tells apart. */
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
  return { name: type.name, text: 'compiled otherwise', line: line as number, column: column as number };
};

describe('isTaskClass', () => {
  it('knows a class of this package, of a subclass, and of another copy', () => {
    const ofAnotherCopy = vm.runInNewContext('(class Other { get event$() {} })');
    for (const type of [First, Second, ofAnotherCopy]) expect(isTaskClass(type)).to.equal(true);
  });

  it('knows what is none', () => {
    const others = [undefined, null, 1, 'First', {}, { event$: 1 }, () => {}, class {}, Map, new Proxy({}, {})];
    for (const other of others) expect(isTaskClass(other)).to.equal(false);
  });
});

describe('classAt', () => {
  it('is the export of that key, or the export itself', () => {
    expect(classAt({ First }, 'First')).to.equal(First);
    expect(classAt(First, '')).to.equal(First);
    expect(
      classAt(
        Object.assign(() => {}, { inner: Second }),
        'inner',
      ),
    ).to.equal(Second);
  });

  it('is undefined where no class is there', () => {
    for (const exported of [undefined, null, {}, { First: {} }, { First: class {} }]) {
      expect(classAt(exported, 'First')).to.equal(undefined);
    }
  });
});

describe('exportedClasses', () => {
  it('are the export itself, what it holds, and what its default export holds', () => {
    expect(exportedClasses(First)).to.deep.equal([First]);
    expect(exportedClasses({ First, helper: () => {}, count: 1 })).to.deep.equal([First]);
    expect(exportedClasses({ default: First })).to.deep.equal([First]);
    expect(exportedClasses({ default: { First, Second } })).to.deep.equal([First, Second]);
  });

  it('are those that can be read', () => {
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

describe('choose', () => {
  it('takes the class of that name and text', () => {
    expect(choose([second, first], targetOf(first))).to.equal(First);
    expect(choose([second, first], targetOf(second))).to.equal(Second);
  });

  it('tells two classes of one name apart by their text', () => {
    const [one, two] = namesakes;
    expect(choose([one, two], targetOf(one))).to.equal(one);
    expect(choose([one, two], targetOf(two))).to.equal(two);
  });

  it('takes a class that is exported twice', () => {
    expect(choose([first, first], targetOf(first))).to.equal(First);
  });

  it('takes a class that hands itself over as the one that was written', () => {
    const text = 'class Handed extends Base { run() {} }';
    const evaluate = (code: string) => new Function('Base', `return ${code}`)(Subprocess) as TaskClass;
    const { loaded, caught } = catchClass('/handed.js', 'Handed', async () => undefined);
    const marked = evaluate(text.replace('{', '{static{globalThis.offspring_rx_hand_over?.(this)}'));
    expect(caught).to.deep.equal([marked]);
    expect(choose(caught, targetOf(evaluate(text)))).to.equal(marked);
    return loaded;
  });

  it('takes none of two that it cannot tell apart', () => {
    const same = makeSame();
    expect(choose([same, makeSame()], targetOf(same))).to.equal(undefined);
  });

  it('takes the one at that place where another compiler has changed the text', () => {
    const [one, two] = namesakes;
    expect(choose([one, two], placedTargetOf(one))).to.equal(one);
    expect(choose([one, two], placedTargetOf(two))).to.equal(two);
  });

  it('takes none of another name, of another text without a place, or of another place', () => {
    const [one, two] = namesakes;
    expect(choose([first], { ...targetOf(first), name: 'Other' })).to.equal(undefined);
    expect(choose([one], targetOf(two))).to.equal(undefined);
    expect(choose([one], placedTargetOf(two))).to.equal(undefined);
    expect(choose([], targetOf(first))).to.equal(undefined);
  });
});

describe('alike', () => {
  it('are those of one name and one text, each once', () => {
    const [one, other] = [makeSame(), makeSame()];
    expect(alike([one, first, other, ...namesakes, one], targetOf(one))).to.deep.equal([one, other]);
    expect(alike([second], targetOf(first))).to.deep.equal([]);
  });
});

describe('evaluated', () => {
  it('are the classes that exist, exported or not, inside functions too', () => {
    const inside = makeSame();
    const found = evaluated();
    for (const type of [first, second, ...namesakes, inside]) expect(found).to.include(type);
    expect(found).not.to.include(Map);
  });
});

describe('sourceDigest', () => {
  it('differs with the text, and with nothing else', () => {
    const [one, two] = namesakes;
    expect(sourceDigest(one)).not.to.equal(sourceDigest(two));
    expect(sourceDigest(makeSame())).to.equal(sourceDigest(makeSame()));
    expect(sourceDigest(First)).to.match(/^\d+:[0-9a-z]+$/);
  });
});

describe('writtenAt', () => {
  it('is the file and the line of a class', () => {
    const one = writtenAt(namesakes[0]);
    const two = writtenAt(namesakes[1]);
    expect(one?.url).to.match(/find-class\.test\.ts$/);
    expect(two?.url).to.equal(one?.url);
    expect(two?.line).to.be.above(one?.line as number);
  });

  it('has no file for a class that was evaluated from a text', () => {
    expect(writtenAt(vm.runInThisContext('(class Loose {})'))?.url).not.to.match(/^file:/);
  });
});
