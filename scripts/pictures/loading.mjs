/** How a class reaches the child: what the parent finds out, what it sends, and how the child finds the class. */
import { arrow, box, card, line, lines, picture, text } from './svg.mjs';

export function loading() {
  const body = [
    text(180, 36, 'parent', 'heading middle'),
    text(800, 36, 'child', 'heading middle'),
    card(30, 56, 300, 66, 'blue', 'Where was the class written?', ['static MODULE, or V8 tells the file']),
    arrow('M180 122 V156'),
    card(30, 158, 300, 66, 'blue', 'What is it called there?', ['its name, and which class of that name']),
    arrow('M180 224 V258'),
    card(30, 260, 300, 66, 'blue', 'What are its fields?', ['copied, as plain data']),
    arrow('M332 89 H656'),
    text(494, 81, 'the file, and the flags of what loads it', 'note middle'),
    arrow('M332 191 H656'),
    text(494, 183, 'the name', 'note middle'),
    line('M332 293 H480 Q496 293 496 309 V344 Q496 360 512 360 H620 Q636 360 636 376 V403 Q636 419 646 419'),
    arrow('M640 419 H656'),
    text(410, 285, 'the fields', 'note middle'),
    card(660, 56, 280, 66, 'green', 'Load the module', ['its top level runs once more: isChild']),
    arrow('M800 122 V156'),
    card(660, 158, 280, 66, 'green', 'Is it exported?', ['by this name, or as the default']),
    arrow('M800 224 V258'),
    text(812, 246, 'no', 'note'),
    card(660, 260, 280, 66, 'green', 'Was it evaluated?', ['V8 tells the classes of the module']),
    arrow('M940 191 H1010 V384'),
    text(955, 183, 'yes', 'note'),
    arrow('M800 326 V384'),
    text(812, 360, 'yes', 'note'),
    card(660, 386, 380, 66, 'yellow', 'new Task(), with the fields of the parent', ['ready, and run() is called']),
    box(30, 386, 450, 66, 'grey'),
    ...lines(
      46,
      412,
      [
        'Not found, in the parent: OFFSPRING_START_LOCATE.',
        'Not loaded or not found, in the child: OFFSPRING_START_LOAD.',
      ],
      'label',
      22,
    ),
  ];
  return picture({
    width: 1070,
    height: 478,
    title: 'How a class reaches the child',
    description:
      'The parent finds out in which file the class was written, what it is called there and what loads such a file. The child loads the module, and finds the class by its export, or among the classes that V8 has evaluated. Then it makes the object with the fields of the parent.',
    body,
  });
}
