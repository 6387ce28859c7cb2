/** Made by the build: the facts of every rule by its id, in the order of the ids. */
declare module 'virtual:guardian/facts' {
  export const facts: Readonly<Record<string, import('./rule.ts').RuleFacts>>;
}

/** Made by the build: the checks of the rules that judge TypeScript and JavaScript, by the rules' ids. */
declare module 'virtual:guardian/javascript' {
  export const checks: Readonly<
    Record<string, import('./rule.ts').Check<import('./javascript/subject.ts').Subject>>
  >;
}

/** Made by the build: the checks of the rules that judge Python, by the rules' ids. */
declare module 'virtual:guardian/python' {
  export const checks: Readonly<
    Record<string, import('./rule.ts').Check<import('./python/subject.ts').PythonSubject>>
  >;
}
