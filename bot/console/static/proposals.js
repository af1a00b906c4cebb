// Owns the button that looks for cases in conversations. Refuses to complete any: people do.
import { dismiss, tell, warn } from './alerts.js';
import { post } from './desk_api.js';

export const said = ({ proposed }) => (proposed === 0 ? 'Nothing new: all of it was proposed before.' : `${proposed} proposed. Complete and accept them, or refuse them.`);

export function start() {
  const button = document.getElementById('harvest');
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      const done = await post('/v1/case-proposals/harvest');
      dismiss();
      tell(said(done));
      if (done.proposed) location.href = '/console/proposals';
    } catch (error) {
      warn(error.message);
    }
    button.disabled = false;
  });
}
