// Keys and light/dark for every page.
function consoleTheme(next) {
  const dark = document.body.classList.contains('body--dark');
  next = next ?? (dark ? 'light' : 'dark');
  document.cookie = `theme=${next}; path=/; max-age=31536000; samesite=lax`;
  Quasar.Dark.set(next === 'dark');
}
document.addEventListener('keydown', (e) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) || e.target.isContentEditable;
  if (e.altKey && !e.ctrlKey && !e.metaKey) {
    if (e.code === 'KeyT') { e.preventDefault(); consoleTheme(); return; }
    const link = /^Digit[1-9]$/.test(e.code) && document.querySelectorAll('.top nav a')[e.code.slice(5) - 1];
    if (link) { e.preventDefault(); link.click(); return; }
  }
  if (typing || e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === '/') {
    const field = document.querySelector('[data-search] input, input[data-search], textarea[data-search]');
    if (field) { e.preventDefault(); field.focus(); }
  }
  const button = document.querySelector(`[data-key="${e.key}"]`);
  if (button && !document.querySelector('.q-dialog') && !/^(BUTTON|A|SUMMARY)$/.test(e.target.tagName)) {
    e.preventDefault();
    button.click();
  }
});
