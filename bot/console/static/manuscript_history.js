// Owns the history of one article: bringing an earlier text back. Refuses to publish it: the article's page does.
import { warn } from './alerts.js';
import { post } from './desk_api.js';

const { manuscript, version } = document.body.dataset;

for (const button of document.querySelectorAll('[data-bring-back]')) {
  button.addEventListener('click', async () => {
    try {
      await post(`/v1/manuscripts/${manuscript}/bring-back`, { version: Number(version), revision: Number(button.dataset.bringBack) });
      location.href = `/console/library/${manuscript}`;
    } catch (error) {
      warn(error.message, { canReload: error.status === 409 });
    }
  });
}
