import { execFileSync } from 'node:child_process';
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { loadConfig } from '../config/load-config.ts';
import { readCalibration } from '../eval/calibration/calibration.ts';
import { readLog } from '../eval/outcomes/json-lines.ts';
import { readRouterFile } from '../eval/router/router-file.ts';
import { readRegularFile } from '../model/regular-file.ts';
import { makeOwn } from '../runs/sqlite/own-files.ts';
import { loadFile } from '../testing/tiny/load-weights.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-files-'));
const pipe = join(folder, 'pipe.json');
const link = join(folder, 'link.json');

beforeAll(() => {
  execFileSync('mkfifo', [pipe]);
  symlinkSync(pipe, link);
});

const readers: Record<string, (path: string) => unknown> = {
  'a text': readRegularFile,
  'weights of a router': readRouterFile,
  'a calibration': readCalibration,
  'a log': readLog,
  'a store': makeOwn,
  'weights of a model': loadFile,
  'a configuration': path => loadConfig({ file: path, folder }),
};

// None of these would ever end if the file was opened.
it.each(Object.keys(readers))(
  '%s is not read from a named pipe, a link to one, or a device',
  async what => {
    for (const path of [pipe, link, '/dev/zero', '/dev/tty'])
      await expect(async () => readers[what]!(path)).rejects.toThrow(/no regular file/);
  },
);

it('a regular file is read, also by a link', () => {
  const file = join(folder, 'a.txt');
  writeFileSync(file, 'ä');
  symlinkSync(file, join(folder, 'b.txt'));
  expect(readRegularFile(join(folder, 'b.txt'))).toBe('ä');
});
