import * as vscode from 'vscode';

/** Answer of a step: a value, the wish to go back, or nothing when the person left. */
export type StepAnswer<T> = { readonly value: T } | 'back' | undefined;

export interface StepPlace {
  readonly title: string;
  /** From 1. */
  readonly step: number;
  readonly totalSteps: number;
}

export interface TextQuestion extends StepPlace {
  readonly prompt: string;
  readonly placeholder: string;
  readonly value: string;
  /** What is wrong with the text; undefined for nothing. */
  readonly check: (text: string) => string | undefined;
}

/** Asks for a text, with a button that goes back from the second step on. */
export function askText(question: TextQuestion): Promise<StepAnswer<string>> {
  const box = vscode.window.createInputBox();
  place(box, question);
  box.prompt = question.prompt;
  box.placeholder = question.placeholder;
  box.value = question.value;
  return answered(box, (accept) => {
    box.onDidChangeValue(() => {
      box.validationMessage = undefined;
    });
    box.onDidAccept(() => {
      const problem = question.check(box.value);
      box.validationMessage = problem;
      if (problem === undefined) accept(box.value.trim());
    });
  });
}

export interface ChoiceQuestion<Item> extends StepPlace {
  readonly placeholder: string;
  readonly items: readonly Item[];
}

/** Asks for one of several items. */
export function askChoice<Item extends vscode.QuickPickItem>(
  question: ChoiceQuestion<Item>,
): Promise<StepAnswer<Item>> {
  const box = vscode.window.createQuickPick<Item>();
  place(box, question);
  box.placeholder = question.placeholder;
  box.items = question.items;
  box.matchOnDescription = true;
  return answered(box, (accept) => {
    box.onDidAccept(() => {
      const [item] = box.selectedItems;
      if (item !== undefined) accept(item);
    });
  });
}

function place(
  box: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem>,
  { title, step, totalSteps }: StepPlace,
): void {
  box.title = title;
  box.step = step;
  box.totalSteps = totalSteps;
  box.ignoreFocusOut = true;
  box.buttons = step > 1 ? [vscode.QuickInputButtons.Back] : [];
}

function answered<T>(
  box: vscode.QuickInput & {
    readonly onDidTriggerButton: vscode.Event<vscode.QuickInputButton>;
  },
  listen: (accept: (value: T) => void) => void,
): Promise<StepAnswer<T>> {
  return new Promise((resolve) => {
    const end = (answer: StepAnswer<T>): void => {
      resolve(answer);
      box.dispose();
    };
    listen((value) => end({ value }));
    box.onDidTriggerButton((button) => {
      if (button === vscode.QuickInputButtons.Back) end('back');
    });
    box.onDidHide(() => end(undefined));
    box.show();
  });
}

/**
 * Walks through questions in their order; going back asks the one before again, with its answer kept in
 * `state`. A question that answers `skip` is passed over in both directions. False when the person left.
 */
export async function walk<State>(
  state: State,
  questions: readonly ((state: State, step: number) => Promise<'next' | 'back' | 'skip' | 'left'>)[],
): Promise<boolean> {
  let direction: 1 | -1 = 1;
  let index = 0;
  while (index < questions.length) {
    const answer = await questions[index]?.(state, index + 1);
    if (answer === 'left') return false;
    if (answer === 'next') direction = 1;
    if (answer === 'back') direction = -1;
    index += direction;
    if (index < 0) return false;
  }
  return true;
}
