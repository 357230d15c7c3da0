import { isStartError, Subprocess } from 'offspring-rx';

export class Visit extends Subprocess<[page: URL]> {
  page: URL | undefined;

  override init(page: URL) {
    this.page = page;
  }

  override run() {
    return this.page?.hostname;
  }
}

export class PackedVisit extends Visit {
  override snapshot() {
    return this.page?.href; // in the parent
  }

  override restore(href: string) {
    this.page = new URL(href); // in the child
  }
}

const page = new URL('https://example.com/');
const error = await new Visit(page).result().catch(reason => reason);
if (isStartError(error)) console.log(error.phase, '|', error.message);
console.log(await new PackedVisit(page).result());
// prints: snapshot | Visit: this.page is an instance of URL, which would lose its class: create it in run(), or override snapshot() and restore() to choose what crosses
// prints: example.com
