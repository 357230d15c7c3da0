import { type ItemContext, SubprocessWorker } from 'offspring-rx/pool';

export class Download extends SubprocessWorker<[], string, number> {
  override async work(url: string, { signal }: ItemContext) {
    const response = await fetch(url, { signal });
    return (await response.arrayBuffer()).byteLength;
  }
}
