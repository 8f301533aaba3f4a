// Runs before the first paint, so that a kept choice of theme does not flash. A file of its own: the policy forbids inline scripts.
try {
  const kept = localStorage.getItem('plimsoll-theme');
  if (kept === 'light' || kept === 'dark') document.documentElement.dataset.theme = kept;
} catch {
  // Storage may be forbidden; the system's theme then stands.
}
