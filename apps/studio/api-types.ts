// Written by `node tools/write-studio-types.ts` from docs/openapi.json.

/** What /v1/runs answers. */
export type RunList = {
  readonly object: 'list';
  readonly data: readonly {
    readonly id: string;
    readonly begunAt: string;
    readonly endedAt: string | null;
    readonly ms: number | null;
    readonly state: 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
    readonly error: string | null;
    readonly key: string | null;
    readonly pattern: string | null;
    readonly model: string | null;
    readonly answeredBy: string | null;
    readonly place: string | null;
    readonly degraded: boolean;
    readonly calls: number;
    readonly cloudCalls: number;
    readonly costUsd: number | null;
    readonly savedUsd: number | null;
    readonly baseline: string | null;
    readonly leftCalls: number;
    readonly leftCharacters: number;
    readonly title: string | null;
    readonly rated: string | null;
  }[];
  readonly next: string | null;
  readonly anchor: string | null;
  readonly total: number | null;
  readonly lookedBackTo: string | null;
  readonly keeping: 'content' | 'hashes' | 'nothing';
};

/** What /v1/runs/{id}/details answers. */
export type RunDetails = {
  readonly object: 'run.details';
  readonly run: {
    readonly id: string;
    readonly begunAt: string;
    readonly endedAt: string | null;
    readonly ms: number | null;
    readonly state: 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
    readonly error: string | null;
    readonly key: string | null;
    readonly pattern: string | null;
    readonly model: string | null;
    readonly answeredBy: string | null;
    readonly place: string | null;
    readonly degraded: boolean;
    readonly calls: number;
    readonly cloudCalls: number;
    readonly costUsd: number | null;
    readonly savedUsd: number | null;
    readonly baseline: string | null;
    readonly leftCalls: number;
    readonly leftCharacters: number;
    readonly title: string | null;
    readonly rated: string | null;
  };
  readonly reason: string | null;
  readonly summary: Readonly<Record<string, unknown>> | null;
  readonly decisions: readonly {
    readonly trail: readonly string[];
    readonly answeredBy: string;
    readonly place: string;
    readonly reason: string;
    readonly confidence: number | null;
    readonly degraded: boolean;
  }[];
  readonly documents: readonly {
    readonly hash: string;
    readonly title: string;
    readonly characters: number;
    readonly label: string;
  }[];
  readonly egress: readonly {
    readonly run: string;
    readonly at: string;
    readonly destination: string;
    readonly place: string;
    readonly purpose: string;
    readonly characters: number;
    readonly tokens: number;
    readonly contentHash: string;
    readonly masked: number;
    readonly label: string;
    readonly pruned: boolean;
  }[];
  readonly calls: readonly {
    readonly seq: number;
    readonly trail: readonly string[];
    readonly model: string;
    readonly place: string;
    readonly startMs: number;
    readonly ms: number | null;
    readonly inputTokens: number | null;
    readonly outputTokens: number | null;
    readonly costUsd: number | null;
    readonly characters: number;
    readonly attempts: number;
    readonly isFinished: boolean;
  }[];
  readonly callCount: number;
  readonly answerCall: number | null;
  readonly evidence: readonly {
    readonly id: string;
    readonly title?: string;
    readonly page?: number;
    readonly line?: number;
    readonly heading?: string;
    readonly quote?: string;
    readonly boxes?: readonly {
      readonly page: number;
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    }[];
  }[];
  readonly request: Readonly<Record<string, unknown>> | null;
  readonly keeping: 'content' | 'hashes' | 'nothing';
};

/** What /v1/runs/{id}/calls answers. */
export type CallList = {
  readonly object: 'list';
  readonly data: readonly {
    readonly seq: number;
    readonly trail: readonly string[];
    readonly model: string;
    readonly place: string;
    readonly startMs: number;
    readonly ms: number | null;
    readonly inputTokens: number | null;
    readonly outputTokens: number | null;
    readonly costUsd: number | null;
    readonly characters: number;
    readonly attempts: number;
    readonly isFinished: boolean;
  }[];
  readonly total: number;
};

/** What /v1/runs/{id}/calls/{seq}/content answers. */
export type CallContent = {
  readonly object: 'call.content';
  readonly seq: number;
  readonly model: string;
  readonly text: string;
  readonly thinking: string;
  readonly tools: readonly {
    readonly name: string;
    readonly input: string;
  }[];
  readonly citations: readonly {
    readonly id: string;
    readonly title?: string;
    readonly page?: number;
    readonly line?: number;
    readonly heading?: string;
    readonly quote?: string;
    readonly boxes?: readonly {
      readonly page: number;
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    }[];
  }[];
};

/** What /v1/egress answers. */
export type EgressList = {
  readonly object: 'list';
  readonly data: readonly {
    readonly run: string;
    readonly at: string;
    readonly destination: string;
    readonly place: string;
    readonly purpose: string;
    readonly characters: number;
    readonly tokens: number;
    readonly contentHash: string;
    readonly masked: number;
    readonly label: string;
    readonly pruned: boolean;
  }[];
  readonly next: string | null;
  readonly totals: readonly {
    readonly destination: string;
    readonly calls: number;
    readonly characters: number;
    readonly tokens: number;
    readonly masked: number;
  }[];
  readonly removed: readonly {
    readonly at: string;
    readonly before: string;
    readonly kind: string;
    readonly count: number;
  }[];
  readonly keeping: 'content' | 'hashes' | 'nothing';
};

/** What /v1/runs/{id}/egress/{hash}/content answers. */
export type EgressContent = {
  readonly object: 'egress.content';
  readonly contentHash: string;
  readonly messages: readonly {
    readonly role: string;
    readonly text: string;
  }[];
};

/** What /v1/spend answers. */
export type SpendList = {
  readonly object: 'list';
  readonly data: readonly {
    readonly day: string;
    readonly key: string | null;
    readonly pattern: string | null;
    readonly answeredBy: string | null;
    readonly place: string | null;
    readonly baseline: string | null;
    readonly runs: number;
    readonly failed: number;
    readonly calls: number;
    readonly cloudCalls: number;
    readonly costUsd: number;
    readonly unpriced: number;
    readonly savedUsd: number;
    readonly compared: number;
    readonly leftCalls: number;
    readonly leftCharacters: number;
  }[];
  readonly withheld: number;
  readonly keeping: 'content' | 'hashes' | 'nothing';
};

/** What /v1/pairs answers. */
export type PairList = {
  readonly object: 'pairs';
  readonly sampled: number;
  readonly whole: number;
  readonly rated: number;
  readonly data: readonly {
    readonly run: string;
    readonly model: string;
    readonly question: string;
    readonly first: string;
    readonly second: string;
  }[];
  readonly ask: {
    readonly count: number;
    readonly characters: number;
    readonly costUsd: number | null;
    readonly destination: string;
  } | null;
  readonly mayRate: boolean;
  readonly keeping: 'content' | 'hashes' | 'nothing';
};

/** What /v1/calibration answers. */
export type Calibrated = {
  readonly object: 'calibration';
  readonly rows: number;
  readonly name: string;
  readonly guarantee: string | null;
  readonly refusal: string | null;
  readonly threshold: number | null;
  readonly warnings: readonly string[];
  readonly curve: readonly {
    readonly escalation: number;
    readonly accuracy: number;
    readonly ratio: number;
  }[];
  readonly expected: {
    readonly escalation: number;
    readonly accuracy: number;
    readonly ratio: number;
  } | null;
  readonly file: string;
  readonly calibration: Readonly<Record<string, unknown>> | null;
  readonly command: string;
};

/** What /v1/machine answers. */
export type Machine = {
  readonly object: 'machine';
  readonly version: string;
  readonly isAlone: boolean;
  readonly keeping: 'content' | 'hashes' | 'nothing';
  readonly journal: string | null;
  readonly mode: string;
  readonly keeps: {
    readonly runs: string | null;
    readonly egress: string | null;
  };
  readonly models: readonly {
    readonly name: string;
    readonly kind: string;
    readonly modelId: string;
    readonly place: string;
    readonly guarantee: string | null;
  }[];
  readonly scopes: readonly string[];
};

/** What /v1/machine/examined answers. */
export type Examined = {
  readonly sections: readonly {
    readonly title: string;
    readonly rows: readonly (readonly string[])[];
  }[];
  readonly advice: readonly {
    readonly what: string;
    readonly command?: string;
  }[];
  readonly elapsedMs: number;
  readonly object: 'machine.examined';
};

/** What /v1/runs/{id}/routing answers. */
export type Routing = {
  readonly object: 'run.routing';
  readonly to: string;
  readonly score: number;
  readonly reason: string;
  readonly words: readonly {
    readonly word: string;
    readonly change: number;
  }[];
};

/** What /v1/runs/{id}/replay answers. */
export type Replayed = {
  readonly object: 'replay';
  readonly was: {
    readonly model: string;
    readonly answeredBy: string | null;
    readonly reason: string;
    readonly costUsd: number | null;
    readonly cloudCalls: number;
    readonly answer: string | null;
  };
  readonly wouldBe: {
    readonly model: string;
    readonly answeredBy: string | null;
    readonly reason: string;
    readonly costUsd: number | null;
    readonly cloudCalls: number;
    readonly answer: string | null;
  };
  readonly agrees: boolean;
};

/** What /v1/preview answers. */
export type Preview = {
  readonly object: 'preview';
  readonly model: string;
  readonly data: readonly {
    readonly destination: string;
    readonly purpose: string;
    readonly characters: number;
    readonly tokens: number;
    readonly costUsd: number | null;
    readonly masked: number;
    readonly label: string;
    readonly text: string;
  }[];
  readonly note: string | null;
};
