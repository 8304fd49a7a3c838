import { globSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { installPacked } from './packed.ts';

/**
 * Shows what a plain install brings: megabytes by package, and whether anything is built or fetched
 * at install.
 */
const mostMegabytes = 40;
const folder = installPacked();
const modules = join(folder, 'node_modules');
const files = globSync('**/*', { cwd: modules }).filter(path =>
  statSync(join(modules, path)).isFile(),
);
const sizeByPackage = new Map<string, number>();
for (const path of files) {
  const parts = path.split('/');
  const name = path.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
  sizeByPackage.set(name, (sizeByPackage.get(name) ?? 0) + statSync(join(modules, path)).size);
}
const native = files.filter(path => /\.node$|binding\.gyp$/.test(path));
const scripted = files.filter(path => path.endsWith('package.json')).filter(hasInstallScript);
const total = [...sizeByPackage.values()].reduce((sum, size) => sum + size, 0) / 1e6;
const ok = total <= mostMegabytes && native.length === 0 && scripted.length === 0;

if (process.argv.includes('--json')) {
  const packages = Object.fromEntries([...sizeByPackage].map(([name, size]) => [name, size / 1e6]));
  console.log(
    JSON.stringify({ megabytes: total, atMost: mostMegabytes, packages, native, scripted, ok }),
  );
} else {
  for (const [name, size] of [...sizeByPackage].sort((a, b) => b[1] - a[1])) {
    console.log(`${(size / 1e6).toFixed(2).padStart(8)} MB  ${name}`);
  }
  console.log(
    `${total.toFixed(2).padStart(8)} MB  in all, at most ${mostMegabytes}; native files ` +
      `${native.length}, install scripts ${scripted.length}`,
  );
}
rmSync(folder, { recursive: true, force: true });
process.exitCode = ok ? 0 : 1;

function hasInstallScript(path: string): boolean {
  try {
    const { scripts = {} } = JSON.parse(readFileSync(join(modules, path), 'utf8')) as {
      scripts?: Record<string, string>;
    };
    return ['preinstall', 'install', 'postinstall'].some(name => name in scripts);
  } catch {
    return false;
  }
}
