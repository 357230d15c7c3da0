import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Subprocess } from 'offspring-rx';

/** Emits the seconds that ffmpeg has written. */
export class Transcode extends Subprocess<[input: string, output: string], number> {
  static override OWN_GROUP = true; // ffmpeg, and all that it starts, ends with this process
  input = '';
  output = '';

  override init(input: string, output: string) {
    this.input = input;
    this.output = output;
  }

  override async run() {
    const args = ['-y', '-i', this.input, '-loglevel', 'error', '-nostats', '-progress', 'pipe:1', this.output];
    const ffmpeg = spawn(process.env['FFMPEG'] ?? 'ffmpeg', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const exit = once(ffmpeg, 'exit'); // rejects if there is no ffmpeg
    const follow = async () => {
      for await (const line of createInterface({ input: ffmpeg.stdout })) {
        const [key, value] = line.split('=');
        if (key === 'out_time_us') await this.emit(Number(value) / 1_000_000);
      }
    };
    const [[code]] = await Promise.all([exit, follow()]);
    if (code !== 0) throw new Error(`ffmpeg has ended with ${code}`);
  }
}
