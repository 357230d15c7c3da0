/** Child side: warns once that code of a module has constructed an instance that does nothing. */

let hasWarned = false;

export function warnInert(instance: object): void {
  if (hasWarned) return;
  hasWarned = true;
  const { name } = instance.constructor;
  process.emitWarning(
    `the child has loaded the module of its class, and code of that module has constructed ${name} again: this instance does nothing here. Guard that code with isChild from offspring-rx`,
    { type: 'SubprocessWarning', code: 'OFFSPRING_INERT' },
  );
}
