/**
 * Reads the name of something new from the command line, or ends the process with what is wrong.
 */
export function newName(command: string, example: string): string {
  const [name] = process.argv.slice(2);
  if (name !== undefined && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) return name;
  console.error(
    `The name "${name ?? ''}" cannot be used. Write it in lower case with dashes: npm run ` +
      `${command} ${example}`,
  );
  process.exit(2);
}

/** Writes a name with dashes as an identifier: `debate-club` is `debateClub`. */
export function camel(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Writes a name as the key of an object. */
export function quoted(name: string): string {
  return name.includes('-') ? `'${name}'` : name;
}
