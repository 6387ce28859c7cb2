import { strategyEndings } from '../contracts/strategyLanguage.ts';
import { type CommandContribution, commands } from './contributions/commands.ts';
import { type SettingContribution, settingSections } from './contributions/settings.ts';
import { panelTypes, viewContainer, views, walkthrough } from './contributions/views.ts';

/** What package.json must hold of the contributions, and the English texts that it names. */
export interface Manifest {
  readonly contributes: Readonly<Record<string, unknown>>;
  readonly activationEvents: readonly string[];
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly texts: Readonly<Record<string, string>>;
}

/** Makes the manifest's part from the tables. Equal tables give an equal manifest. */
export function buildManifest(): Manifest {
  const texts: Record<string, string> = {};
  const text = (key: string, english: string): string => {
    texts[key] = english;
    return `%${key}%`;
  };
  texts['displayName'] = 'Strategy Lab';
  texts['description'] =
    'Turn a trading idea into code that is linted, sandboxed, honestly backtested and reviewed before anything trades.';
  const contributes = {
    viewsContainers: {
      activitybar: [
        {
          id: viewContainer.id,
          title: text('views.container', viewContainer.title),
          icon: viewContainer.icon,
        },
      ],
    },
    views: {
      [viewContainer.id]: Object.entries(views).map(([id, { name, icon }]) => ({
        id,
        name: text(`view.${shortName(id)}`, name),
        icon,
        contextualTitle: text('views.container', viewContainer.title),
      })),
    },
    viewsWelcome: Object.entries(views).flatMap(([id, { welcome }]) =>
      welcome.map((entry, index) => ({
        view: id,
        contents: text(`welcome.${shortName(id)}.${index + 1}`, entry.text),
        ...('when' in entry ? { when: entry.when } : {}),
      })),
    ),
    commands: Object.entries<CommandContribution>(commands).map(([command, { title, icon, enablement }]) => ({
      command,
      title: text(`command.${shortName(command)}`, title),
      category: text('command.category', 'Strategy Lab'),
      ...(icon === undefined ? {} : { icon }),
      ...(enablement === undefined ? {} : { enablement }),
    })),
    menus: buildMenus(),
    configuration: Object.entries<Record<string, SettingContribution>>(settingSections).map(
      ([section, settings], order) => ({
        title: text(`settings.${section.split(' ')[0]?.toLowerCase()}`, section),
        order,
        properties: Object.fromEntries(
          Object.entries(settings).map(([id, setting], index) => [
            id,
            buildSetting(id, setting, index, text),
          ]),
        ),
      }),
    ),
    walkthroughs: [
      {
        id: walkthrough.id,
        title: text('walkthrough.title', walkthrough.title),
        description: text('walkthrough.text', walkthrough.text),
        steps: walkthrough.steps.map((step) => ({
          id: step.id,
          title: text(`walkthrough.${step.id}.title`, step.title),
          description: text(`walkthrough.${step.id}.text`, step.text),
          media: { markdown: step.media },
          completionEvents: step.completion,
        })),
      },
    ],
    // Links to Guardian's rules show a page instead of its source.
    configurationDefaults: {
      'workbench.editorAssociations': { '*.guardian.md': 'vscode.markdown.preview.editor' },
      // Where Python's language servers find the declarations of strategy_lab.
      'python.analysis.extraPaths': ['.strategy-lab'],
    },
    typescriptServerPlugins: [
      { name: 'strategy-lab-typescript-plugin', enableForWorkspaceTypeScriptVersions: true },
    ],
  };
  const restrictedConfigurations = Object.values<Record<string, SettingContribution>>(settingSections)
    .flatMap((settings) => Object.entries(settings))
    .filter(([, { isRestricted }]) => isRestricted)
    .map(([id]) => id);
  return {
    contributes,
    activationEvents: [
      ...strategyEndings.map((extension) => `workspaceContains:**/*.strategy.${extension}`),
      'workspaceContains:.strategy-lab/journal.sqlite',
      ...['typescript', 'javascript', 'python'].map((language) => `onLanguage:${language}`),
      ...Object.values(panelTypes).map((type) => `onWebviewPanel:${type}`),
    ],
    capabilities: {
      untrustedWorkspaces: {
        supported: 'limited',
        description: text(
          'capability.untrusted',
          'In Restricted Mode strategies are read and judged, and nothing is run or written.',
        ),
        restrictedConfigurations,
      },
      virtualWorkspaces: {
        supported: false,
        description: text('capability.virtual', 'A lab is a folder on disk, with a journal in it.'),
      },
    },
    texts,
  };
}

function shortName(id: string): string {
  return id.replace(/^strategyLab\./, '');
}

function buildMenus(): Record<string, unknown[]> {
  const menus: Record<string, { command: string; when?: string; group?: string }[]> = {
    commandPalette: [],
    'view/title': [],
    'view/item/context': [],
    'editor/title': [],
    'explorer/context': [],
  };
  const add = (menu: string, entry: { command: string; when?: string; group?: string }): void => {
    menus[menu]?.push(entry);
  };
  for (const [command, place] of Object.entries<CommandContribution>(commands)) {
    if (place.palette !== undefined) {
      add('commandPalette', { command, when: place.palette === false ? 'false' : place.palette });
    }
    if (place.viewTitle) add('view/title', { command, ...place.viewTitle });
    if (place.viewItem) {
      const { inline: _inline, ...entry } = place.viewItem;
      add('view/item/context', { command, ...entry });
    }
    if (place.editorTitle) add('editor/title', { command, ...place.editorTitle });
    if (place.explorer) add('explorer/context', { command, ...place.explorer });
  }
  return menus;
}

function buildSetting(
  id: string,
  setting: SettingContribution,
  order: number,
  text: (key: string, english: string) => string,
): Record<string, unknown> {
  const { text: description, values, isRestricted: _isRestricted, ...schema } = setting;
  return {
    order,
    ...schema,
    markdownDescription: text(`setting.${shortName(id)}`, description),
    ...(values === undefined
      ? {}
      : {
          enum: values.map(({ value }) => value),
          markdownEnumDescriptions: values.map((each) =>
            text(`setting.${shortName(id)}.${each.value}`, each.text),
          ),
        }),
  };
}
