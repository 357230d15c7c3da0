/** Both sides: lists the scripts of this process. */
import { withInspector } from './inspector';

/** The URLs of all scripts, oldest first: `file:` URLs of ES modules, paths of CommonJS modules. @throws if there is no inspector */
export function scriptUrls(): string[] {
  return withInspector(({ session, post }) => {
    const urls: string[] = [];
    session.on('Debugger.scriptParsed', ({ params }) => urls.push(params.url));
    post('Debugger.enable');
    post('Debugger.disable');
    return urls;
  });
}
