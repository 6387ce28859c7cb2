import type { CommanderError } from 'commander';
import { LabError } from '../contracts/errors.ts';

/**
 * What was wrong with a command line as one sentence, with the nearest known name and the help that tells more.
 * @param verb as it is entered, such as `data import`; empty for the program itself
 */
export function usageError({ code, message }: CommanderError, verb: string): LabError {
  const [problem = '', hint = ''] = message.replace(/^error: /, '').split('\n');
  const program = `strategy-lab${verb === '' ? '' : ` ${verb}`}`;
  const [, nearest] = /^\(Did you mean (?:one of )?(.*)\?\)$/.exec(hint) ?? [];
  const advice = nearest === undefined ? '' : `Did you mean ${nearest}? `;
  return new LabError('usage', sentence(code, problem, program), {
    action: `${advice}See ${program} --help.`,
  });
}

function sentence(code: string, problem: string, program: string): string {
  const [, name = ''] = /'([^']*)'/.exec(problem) ?? [];
  switch (code) {
    case 'commander.help':
      return `${program} needs a verb.`;
    case 'commander.unknownCommand':
      return `${program} has no verb "${name}".`;
    case 'commander.unknownOption':
      return `${program} has no option ${name.split('=')[0]}.`;
    case 'commander.optionMissingArgument':
      return `${program} needs a value behind ${name.split(' ')[0]}: ${name}.`;
    case 'commander.missingMandatoryOptionValue':
      return `${program} needs ${name}.`;
    case 'commander.missingArgument':
      return `${program} needs <${name}>.`;
    case 'commander.excessArguments': {
      const [, wanted, given] = /Expected (\d+ arguments?) but got (.*?)\.?$/.exec(problem) ?? [];
      return `${program} takes ${wanted ?? 'fewer arguments'}, was given ${given ?? 'more'}.`;
    }
    default:
      return `${program}: ${problem.replace(/\.$/, '')}.`;
  }
}
