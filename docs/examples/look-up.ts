import { SubprocessWorker } from 'offspring-rx/pool';

export class LookUp extends SubprocessWorker<[], string, number, Map<string, number>> {
  override work(word: string) {
    return this.shared.get(word) ?? 0;
  }
}
