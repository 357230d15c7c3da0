/** The output of the processes of processes, as the dashboard's server tells it. */
import { expect } from 'chai';
import { serveDashboard } from 'offspring-rx/dashboard';
import { EventReader, type Frame, findNode } from '../support/dashboard';
import { fixture } from '../support/fixture';
import { inner } from '../support/inner';
import { itInFull, LONG, rows } from '../support/long';
import { poll } from '../support/poll';

const { Grows, Nests, Parts } = fixture<typeof import('../fixtures/board')>('board');

const isOutput = ({ event }: Frame) => event === 'output';
const textsIn = ({ frames }: EventReader): string[] =>
  frames.flatMap(({ data }) => data.lines.map(({ text }: { text: string }) => text));

describe('the dashboard of nested processes', () => {
  for (const levels of rows([1, 2], levels => levels === 2)) {
    it(`has the lines of a process ${levels + 1} levels below, those before a page came too ${LONG}`, async () => {
      await using board = await serveDashboard();
      await using nests = new Nests('Beats', levels);
      const reader = new EventReader(board.url, '/events');
      const { id } = await findNode(reader, 'it turns', ({ name, iterations }) => name === 'Beats' && iterations > 3);
      expect(id.split('.')).to.have.length(levels + 1);
      const output = new EventReader(board.url, `/output?id=${id}`);
      const { data } = await output.find('its lines', isOutput);
      expect(data).to.deep.include({ from: 'pipe', skipped: 0 });
      await output.find('new lines', ({ event }) => event === 'lines');
      await poll('one after the other', () => textsIn(output).length > 6);
      const texts = textsIn(output);
      const first = Number(texts[0]?.slice('beat '.length));
      expect(first).to.be.below(4);
      expect(texts).to.deep.equal(texts.map((_, at) => `beat ${first + at}`));
      // A second page has the same lines.
      const late = new EventReader(board.url, `/output?id=${id}`);
      const whole = await late.find('the lines', isOutput);
      expect(whole.data.lines.slice(0, texts.length)).to.deep.equal(
        output.frames.flatMap(({ data }) => data.lines).slice(0, texts.length),
      );
      for (const each of [late, output, reader]) each.close();
      await nests.shutdown();
    });
  }

  itInFull(`gets four pieces of a flood in a second, and is told how many lines were left out ${LONG}`, async () => {
    await using board = await serveDashboard();
    await using nests = new Nests('Floods', 2);
    const reader = new EventReader(board.url, '/events');
    const { id } = await findNode(reader, 'it turns', ({ name, iterations }) => name === 'Floods' && iterations > 3);
    const output = new EventReader(board.url, `/output?id=${id}`);
    await output.find('its lines', isOutput);
    const began = Date.now();
    await poll('many pieces', () => output.frames.length > 6);
    expect(Date.now() - began).to.be.above(5 * 240);
    const pieces = output.frames.slice(0, 6).map(({ data }) => data);
    let last = numberOf(pieces[0].lines.at(-1));
    for (const { lines, skipped } of pieces.slice(1)) {
      expect(lines.length).to.be.within(1, 200);
      expect(numberOf(lines[0])).to.equal(last + skipped + 1);
      last = numberOf(lines.at(-1));
    }
    expect(pieces.slice(1).some(({ skipped }) => skipped > 1_000)).to.equal(true);
    for (const each of [output, reader]) each.close();
    await nests.shutdown();
  });

  itInFull(`asks for nothing once no page looks at it ${LONG}`, async () => {
    await using board = await serveDashboard();
    await using nests = new Nests('Floods');
    const { watchableOf } = inner<typeof import('../../src/watchable')>('watchable');
    const watchable = watchableOf(nests) as import('../../src/watchable').Watchable;
    const { view } = watchable;
    let answers = 0;
    const onTreeAnswer: typeof view.onTreeAnswer = onAnswer =>
      view.onTreeAnswer(answer => {
        if (answer.type === 'output') answers += 1;
        onAnswer(answer);
      });
    Object.defineProperty(watchable, 'view', { value: { ...view, onTreeAnswer } });
    const reader = new EventReader(board.url, '/events');
    const isFlood = ({ name, iterations }: { name: string; iterations: number }) => name === 'Floods' && iterations > 3;
    const { id } = await findNode(reader, 'it turns', isFlood);
    expect(answers).to.equal(0);
    const output = new EventReader(board.url, `/output?id=${id}`);
    await poll('it is followed', () => output.frames.length > 3 && answers > 3);
    output.close();
    const turnsLater = async (turns: number) => {
      const before = (await findNode(reader, 'it goes on', isFlood)).iterations;
      await findNode(reader, 'it turns on', ({ name, iterations }) => name === 'Floods' && iterations > before + turns);
    };
    // What was asked for before is still answered.
    await turnsLater(20);
    const asked = answers;
    await turnsLater(60);
    expect(answers).to.equal(asked);
    reader.close();
    await nests.shutdown();
  });

  it('has the last words of a process whose parent ends with it, and says then that they are gone', async () => {
    await using board = await serveDashboard();
    await using parts = new Parts();
    const reader = new EventReader(board.url, '/events');
    const { id } = await findNode(reader, 'it runs', ({ name, state }) => name === 'Leaves' && state === 'running');
    const output = new EventReader(board.url, `/output?id=${id}`);
    await poll('its first words', () => textsIn(output).includes('first words'));
    await parts.send('end');
    await poll('its last words', () => textsIn(output).includes('last words'));
    expect(textsIn(output)).to.deep.equal(['first words', 'last words']);
    await parts.wait();
    await poll('the page is told', () => output.frames.at(-1)?.data.from === 'gone');
    expect(output.frames.map(({ data }) => data.from)).to.deep.equal([
      ...output.frames.slice(1).map(() => 'pipe'),
      'gone',
    ]);
    output.close();
    await poll('it is forgotten', async () => {
      const late = new EventReader(board.url, `/output?id=${id}`);
      const { data } = await late.find('a frame', isOutput);
      late.close();
      return data.from === 'gone';
    });
    reader.close();
  });

  it('shows the first process of a process that was asked for the output of another, which it does not have', async () => {
    await using board = await serveDashboard();
    await using grows = new Grows();
    const reader = new EventReader(board.url, '/events');
    const { id } = await findNode(reader, 'it runs', ({ name, state }) => name === 'Grows' && state === 'running');
    const output = new EventReader(board.url, `/output?id=${id}.77`);
    const { data } = await output.find('an answer', isOutput);
    expect(data).to.deep.equal({ from: 'gone', lines: [], skipped: 0 });
    await grows.send('grow');
    await findNode(reader, 'its process turns', ({ name, parent }) => name === 'Beats' && parent === id);
    for (const each of [output, reader]) each.close();
    await grows.shutdown();
  });

  itInFull(`says so if the process writes to where its parent writes ${LONG}`, async () => {
    await using board = await serveDashboard();
    await using nests = new Nests('Inherits');
    const reader = new EventReader(board.url, '/events');
    const { id } = await findNode(reader, 'it turns', ({ name, iterations }) => name === 'Inherits' && iterations > 0);
    const output = new EventReader(board.url, `/output?id=${id}`);
    const { data } = await output.find('a frame', isOutput);
    expect(data).to.deep.equal({ from: 'inherit', lines: [], skipped: 0 });
    for (const each of [output, reader]) each.close();
    await nests.shutdown();
  });
});

const numberOf = ({ text }: { text: string }) => Number(text.split(' ')[1]);
