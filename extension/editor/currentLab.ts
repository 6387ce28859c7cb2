import type { Event } from 'vscode';
import type { LabError } from '../contracts/errors.ts';
import type { Lab } from '../lab.ts';

/** What of `LabHost` is needed. */
export interface LabOpener {
  lab(): Promise<Lab>;
  readonly onDidDie: Event<unknown>;
  readonly onDidChangeRun: Event<string>;
}

/** The lab of a window at the moment of each call, for programs: those that only look open none that has died. */
export interface CurrentLab {
  /** @throws LabError what `lostError` gives after the lab has died, until somebody opens it again; as `LabHost.lab` */
  look(): Promise<Lab>;
  /** For what may change something: opens a lab that has died again. @throws LabError as `LabHost.lab` */
  open(): Promise<Lab>;
  dispose(): void;
}

export function currentLab(host: LabOpener, lostError: () => LabError): CurrentLab {
  let isLost = false;
  const listeners = [
    host.onDidDie(() => {
      isLost = true;
    }),
    // A lab that was opened again has all its runs looked at anew.
    host.onDidChangeRun((id) => {
      if (id === '') isLost = false;
    }),
  ];
  return {
    async look() {
      if (isLost) throw lostError();
      return host.lab();
    },
    async open() {
      const lab = await host.lab();
      isLost = false;
      return lab;
    },
    dispose() {
      for (const listener of listeners) listener.dispose();
    },
  };
}
