import type { Command } from 'commander';
import { logLevels } from '../contracts/logRecord.ts';
import { addSettingOptions } from './settingOptions.ts';

/** What every command takes. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly lab?: string;
  readonly acceptMissingLimits?: string;
  readonly log?: string;
  /** True where the option came without an address. */
  readonly redis?: string | true;
}

/** Makes a verb, with what all of them take, from its usage and its description. */
export type Verbs = (usage: string, description: string) => Command;

export function addCommonOptions(command: Command): Command {
  return command
    .option('--json', 'print one JSON document on stdout')
    .option('--lab <folder>', "the lab's folder; default .strategy-lab, or STRATEGY_LAB_HOME")
    .option('--log <level>', `also log to stderr, as JSON, from this level on: ${logLevels.join(', ')}`);
}

/** For what may run a search. */
export function addRedisOption(command: Command): Command {
  return command.option(
    '--redis <url>',
    'share the runs of a search with the machines that work for this Redis server; default STRATEGY_LAB_REDIS',
  );
}

export function addIdentityOptions(command: Command): Command {
  return command
    .option('--symbol <symbol>', 'symbol of the data, where the file does not tell')
    .option('--venue <venue>', 'venue of the data, where the file does not tell');
}

export function addMarketOptions(command: Command): Command {
  return addIdentityOptions(command).option(
    '--timeframe <timeframe>',
    'timeframe of the data, where it cannot be found out',
  );
}

export function addRunOptions(command: Command): Command {
  return addSettingOptions(addIdentityOptions(command))
    .option('--timeframe <timeframe>', 'timeframe to run at; shorter bars are resampled')
    .option('--from <date>', 'first bar or day, UTC')
    .option('--to <date>', 'last bar or day, included, UTC')
    .option('--level <level>', 'lowest isolation that will do: gvisor, container, namespaces or preview')
    .option(
      '--accept-missing-limits <limits>',
      'limits that a sandbox may lack, separated by commas: memory, processes, processor, network, files, time',
    );
}
