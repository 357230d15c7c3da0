/** Parent: all files below a folder. */
import { findFiles, type Listing } from '../reactive-app/find-files';

export async function find(folder: string): Promise<Listing> {
  let last: Listing | undefined;
  for await (const listing of findFiles(folder)) last = listing;
  return last as Listing;
}
