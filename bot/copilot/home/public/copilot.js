// Owns names for the buttons that Chainlit gives only a picture. Refuses everything else.
const NAMES = {
  'new-chat-button': 'New conversation',
  'theme-toggle': 'Light or dark',
  'user-nav-button': 'Your account',
  'chat-submit': 'Ask',
  'readme-button': 'About',
};

function name() {
  for (const button of document.querySelectorAll('button:not([aria-label])')) {
    if (!button.textContent.trim()) button.setAttribute('aria-label', NAMES[button.id] || 'Button');
  }
}

new MutationObserver(name).observe(document.documentElement, { childList: true, subtree: true });
