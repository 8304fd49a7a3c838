import type { Summary } from '../../../src/index.ts';
import type { Terminal } from '../terminal.ts';
import type { Setup, Workspace } from '../workspace.ts';

/** One section of the demo, as `--json` prints it. */
export interface Section {
  readonly pattern: string;
  readonly scenario: string;
  /**
   * Whether the section's own check holds: right answers here, and only the known items left to the
   * cloud.
   */
  readonly ok: boolean;
  readonly answeredBy: string;
  readonly reason: string;
  readonly calls: { readonly device: number; readonly cloud: number };
  readonly egress: { readonly calls: number; readonly characters: number };
  readonly costUsd: number | 'unknown';
  /** What would go to the cloud if one were configured. */
  readonly wouldGo: {
    readonly items: number;
    readonly tokens: number;
    readonly costUsd: number | 'unknown';
  };
  readonly items: readonly Item[];
  /**
   * What the reader must know of the models that stand in: a toy, a declared strategy, a reader
   * without a model.
   */
  readonly standIns: readonly string[];
}

/** One request of a section. */
export interface Item {
  readonly request: string;
  readonly answer: string | null;
  readonly outcome: 'local' | 'cloud' | 'would go to the cloud' | 'failed';
  readonly isRight: boolean;
  readonly why: string;
  /** Wrong on purpose: shown so that the cure can be seen. */
  readonly isMeantToFail?: boolean;
  readonly citations?: readonly string[];
}

/** What a section has to work with. */
export interface Stage {
  readonly workspace: Workspace;
  readonly setup: Setup;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** A section of the demo. */
export interface Scenario {
  readonly pattern: string;
  readonly scenario: string;
  play(stage: Stage): Promise<Omit<Section, 'pattern' | 'scenario'>>;
}

/** Adds up what the answers of a section say of themselves. */
export function totals(
  summaries: readonly Summary[],
): Pick<Section, 'calls' | 'egress' | 'costUsd'> {
  const sum = (read: (summary: Summary) => number) =>
    summaries.reduce((total, each) => total + read(each), 0);
  const isKnown = summaries.every(({ costUsd }) => costUsd !== 'unknown');
  return {
    calls: { device: sum(({ calls }) => calls.device), cloud: sum(({ calls }) => calls.cloud) },
    egress: {
      calls: sum(({ egress }) => egress.calls),
      characters: sum(({ egress }) => egress.characters),
    },
    costUsd: isKnown ? sum(({ costUsd }) => costUsd as number) : 'unknown',
  };
}
