// Owns what Chainlit's page leaves out for people who do not see it: names, landmarks, a heading, keyboard reach.
// Refuses everything else: nothing here changes what Chainlit shows or sends.
const NAMES = {
  'new-chat-button': 'New conversation',
  'theme-toggle': 'Light or dark',
  'user-nav-button': 'Your account',
  'chat-submit': 'Ask',
  'readme-button': 'About',
};
const PICTURES = {
  'lucide-arrow-down': 'Go to the end',
  'lucide-copy': 'Copy',
  'lucide-eye': 'Show or hide the password',
  'lucide-eye-off': 'Show or hide the password',
};

function named(button) {
  const picture = [...(button.querySelector('svg')?.classList || [])].find((name) => name in PICTURES);
  return NAMES[button.id] || PICTURES[picture] || 'Button';
}

function give(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  }
}

function name() {
  for (const button of document.querySelectorAll('button:not([aria-label])')) {
    // A single letter is the initial on the account's picture.
    if (button.textContent.trim().length < 2) button.setAttribute('aria-label', named(button));
  }
}

function place() {
  const root = document.getElementById('root');
  if (!root) return;
  give(root, { role: 'main' });
  // Chainlit hides the page behind an open menu from screen readers; the keyboard must not reach it either.
  root.inert = root.getAttribute('aria-hidden') === 'true';
  for (const menu of document.querySelectorAll('[data-radix-popper-content-wrapper]')) {
    give(menu, { role: 'region', 'aria-label': 'Menu' });
  }
  for (const step of document.querySelectorAll('h3[data-orientation]')) give(step, { 'aria-level': '2' });
  for (const table of document.querySelectorAll('div.overflow-auto:has(> table)')) {
    give(table, { role: 'group', 'aria-label': 'Table', tabindex: '0' });
  }
}

function head() {
  if (document.getElementById('copilot-head')) return;
  const header = document.createElement('header');
  header.id = 'copilot-head';
  const title = document.createElement('h1');
  title.textContent = document.title;
  header.append(title);
  document.body.prepend(header);
}

function complete() {
  name();
  place();
  head();
}

if (document.body) complete();
new MutationObserver(() => document.body && complete()).observe(document.documentElement, {
  attributes: true,
  attributeFilter: ['aria-hidden'],
  childList: true,
  subtree: true,
});
