/** The pages of Guardian's rules as they are shown: file name below dist/ and text. */
export function rulePages(): [fileName: string, text: string][];

/** The text of the modules `virtual:guardian/facts` and `virtual:guardian/LANGUAGE`. */
export function guardianModule(name: string): string;
