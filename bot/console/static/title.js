// Owns the number before the tab's title: what came while nobody looked. Refuses to say what it was.
const title = document.title;
let unseen = 0;

export function came(fresh = 1) {
  if (!document.hidden) return;
  unseen += fresh;
  document.title = `(${unseen}) ${title}`;
}

addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  unseen = 0;
  document.title = title;
});
