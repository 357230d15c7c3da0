/**
 * Checks the files of a project by the API of one compiler, once for each row of options: the files themselves and what
 * they import of offspring-rx, not the declarations of Node and rxjs. Prints what it finds, as JSON.
 *
 *   node compile.cjs <path of the compiler> <<< '[{ "options": {...}, "files": [...] }, ...]'
 *
 * Each compiler gets a process of its own, because its memory is given back only by an exit.
 */
const { readFileSync } = require('node:fs');

const [, , compiler] = process.argv;
const ts = require(compiler);

/** The declarations of the compiler and of Node are parsed once for all rows. */
const parsed = new Map();
const isShared = file => /\/lib\.[\w.]+\.d\.ts$|\/@types\/node\//.test(file);

function check({ options, files }) {
  const converted = ts.convertCompilerOptionsFromJson(options, process.cwd());
  const host = ts.createCompilerHost(converted.options);
  const read = host.getSourceFile;
  host.getSourceFile = (file, languageVersion, ...others) => {
    if (!isShared(file)) return read.call(host, file, languageVersion, ...others);
    const key = JSON.stringify([file, languageVersion]);
    if (!parsed.has(key)) parsed.set(key, read.call(host, file, languageVersion, ...others));
    return parsed.get(key);
  };
  const program = ts.createProgram({ rootNames: files, options: converted.options, host });
  const isOurs = ({ fileName }) => !fileName.includes('/node_modules/') || fileName.includes('/offspring-rx/');
  const found = [
    ...converted.errors,
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...program
      .getSourceFiles()
      .filter(isOurs)
      .flatMap(file => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
  ];
  return found.map(({ file, start, code, messageText }) => {
    const place = file ? `${file.fileName}:${file.getLineAndCharacterOfPosition(start).line + 1} ` : '';
    return `${place}TS${code} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(check)));
