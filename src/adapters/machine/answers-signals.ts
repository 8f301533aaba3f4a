/** Whether a process of this machine has that id now, whoever's it is. Ids come again: it may be another than was meant. */
export function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
