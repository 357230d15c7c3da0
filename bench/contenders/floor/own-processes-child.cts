/** Child side: reads the files of a child, loads a module, and answers. */
import { writeSync } from 'node:fs';
import { readFiles } from './own-processes';

/** The descriptor that it was given. */
const CHANNEL = 3;

async function answerBy(file: string): Promise<void> {
  readFiles('once', 'child/boot.js', 'index.js', 'child/index.js');
  const { answer } = file.endsWith('.mjs') ? await import(file) : require(file);
  writeSync(CHANNEL, String(answer));
}

const [file = '', stays] = process.argv.slice(2);
void answerBy(file);
if (stays) new (require('node:net') as typeof import('node:net')).Socket({ fd: CHANNEL }).resume();
