/**
 * Loaded into a process before its program: says how much processor time it has used, whenever it
 * is asked.
 */
process.on('message', () => process.send?.(process.cpuUsage()));
// The channel alone keeps no program running.
process.channel?.unref();
