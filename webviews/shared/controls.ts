/*
 * The one place that knows @vscode/webview-ui-toolkit. That package is no longer developed (its archive is of
 * January 2025): it works, and will get no repair. To swap it, write the four functions below anew over
 * another set of elements, or over <button>, <select>, <textarea> and <input type="checkbox">, and delete the
 * one hash in extension/editor/panels/panelPage.ts that the toolkit alone needs. Nothing else names its
 * elements but `vscode-*` selectors in CSS. Each function registers its element on first use, so a bundle
 * holds only what its panel makes. Tables and lists are plain HTML: the toolkit's own grid is slow, and says
 * less to screen readers.
 */
import {
  type Button,
  type Checkbox,
  type Dropdown,
  provideVSCodeDesignSystem,
  type TextArea,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextArea,
} from '@vscode/webview-ui-toolkit';

type Registry = Parameters<ReturnType<typeof provideVSCodeDesignSystem>['register']>[number];

function define(tag: string, ...registries: readonly Registry[]): void {
  if (customElements.get(tag) === undefined) provideVSCodeDesignSystem().register(...registries);
}

export interface ButtonOptions {
  readonly text: string;
  readonly appearance?: 'primary' | 'secondary' | 'icon';
  /** What a screen reader says, and what shows on hover, where `text` is a sign. */
  readonly label?: string;
  readonly onPress: () => void;
}

export function makeButton({ text, appearance = 'secondary', label, onPress }: ButtonOptions): Button {
  define('vscode-button', vsCodeButton());
  const button = document.createElement('vscode-button') as Button;
  button.textContent = text;
  if (label !== undefined) {
    button.setAttribute('aria-label', label);
    button.title = label;
  }
  button.setAttribute('appearance', appearance);
  button.addEventListener('click', onPress);
  return button;
}

export interface DropdownOptions {
  /** What is chosen here, for screen readers. */
  readonly label: string;
  readonly choices: readonly { readonly value: string; readonly text: string }[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function makeDropdown({ label, choices, value, onChange }: DropdownOptions): Dropdown {
  define('vscode-dropdown', vsCodeDropdown(), vsCodeOption());
  const dropdown = document.createElement('vscode-dropdown') as Dropdown;
  dropdown.setAttribute('aria-label', label);
  for (const choice of choices) {
    const option = document.createElement('vscode-option');
    option.setAttribute('value', choice.value);
    if (choice.value === value) option.setAttribute('selected', '');
    option.textContent = choice.text;
    dropdown.append(option);
  }
  dropdown.addEventListener('change', () => onChange(dropdown.value));
  return dropdown;
}

export interface TextAreaOptions {
  readonly label: string;
  readonly value: string;
  readonly rows: number;
  readonly maximumLength: number;
  readonly placeholder?: string;
  readonly onInput?: (value: string) => void;
}

export function makeTextArea(options: TextAreaOptions): TextArea {
  define('vscode-text-area', vsCodeTextArea());
  const area = document.createElement('vscode-text-area') as TextArea;
  area.textContent = options.label;
  area.setAttribute('rows', String(options.rows));
  area.setAttribute('maxlength', String(options.maximumLength));
  area.setAttribute('resize', 'vertical');
  if (options.placeholder !== undefined) area.setAttribute('placeholder', options.placeholder);
  area.value = options.value;
  area.addEventListener('input', () => options.onInput?.(area.value));
  return area;
}

export interface CheckboxOptions {
  readonly text: string;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}

export function makeCheckbox({ text, isChecked, onChange }: CheckboxOptions): Checkbox {
  define('vscode-checkbox', vsCodeCheckbox());
  const checkbox = document.createElement('vscode-checkbox') as Checkbox;
  checkbox.textContent = text;
  checkbox.checked = isChecked;
  checkbox.addEventListener('change', () => onChange(checkbox.checked));
  return checkbox;
}
