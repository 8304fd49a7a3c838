import data from './editor-requests.json' with { type: 'json' };

/** What editors ask in a morning, invented. */
export interface EditorRequest {
  readonly request: string;
  /** Words of a right local answer; absent where the cloud is needed. */
  readonly expected?: string;
}

export const editorRequests: readonly EditorRequest[] = data;
