import * as vscode from 'vscode';
import type { Translate } from '../../webviews/shared/texts.ts';

/** A text of the lab in the editor's language. */
export const translate: Translate = (text, ...values) => vscode.l10n.t(text, ...values);
