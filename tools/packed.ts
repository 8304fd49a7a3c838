import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Packs this package and installs it into a fresh folder as a user would; returns the folder. */
export function installPacked(options: { readonly peers?: readonly string[] } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-packed-'));
  const packed = execFileSync(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const filename = /"filename":\s*"([^"]+)"/.exec(packed)?.[1] ?? 'missing.tgz';
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}\n');
  const wanted = [resolve(folder, filename), ...(options.peers ?? [])];
  execFileSync(
    'npm',
    [
      'install',
      '--omit=dev',
      '--omit=peer',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      ...wanted,
    ],
    {
      cwd: folder,
      stdio: 'ignore',
    },
  );
  return folder;
}
