// Owns reading what another help desk says of its conversation, in our words or in Chatwoot's. Refuses what is neither.
export const ASKS = [{ type: 'answerdesk:ready' }, 'chatwoot-dashboard-app:fetch-info'];

const ROLES = ['customer', 'agent', 'bot', 'system'];
const CHATWOOT_ROLES = { 0: 'customer', 1: 'agent', 3: 'bot' }; // 2 is what happened, nothing said
const LONGEST_JSON = 5_000_000;
const isText = (value) => typeof value === 'string';
const isName = (value) => (isText(value) && value.length <= 200) || Number.isSafeInteger(value);

/** What it is `about`, what was `said`, or the `draft` of a reply to it; whether the sender takes texts for its reply; `wrong` says why not; null: not for us. */
export function read(data) {
  if (isText(data)) return data.length <= LONGEST_JSON ? ofChatwoot(parsed(data)) : null;
  if (data?.type === 'answerdesk:draft' && isText(data.text)) return { about: data.conversation, draft: data.text };
  if (data?.type !== 'answerdesk:context') return null;
  const { conversation, context } = data;
  if (!isName(conversation)) return { wrong: '`conversation` must be its number or name.' };
  const fits = Array.isArray(context) && context.every((each) => ROLES.includes(each?.role) && isText(each.text));
  if (!fits) return { wrong: `\`context\` must be a list of {role, text}, role one of ${ROLES.join(', ')}.` };
  return { about: conversation, said: context, inserts: true };
}

function parsed(json) {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

// It sends all of a conversation as its store has it; notes among agents are nothing that the customer was told.
function ofChatwoot(message) {
  const conversation = message?.event === 'appContext' ? message.data?.conversation : null;
  if (!isName(conversation?.id) || !Array.isArray(conversation.messages)) return null;
  const spoken = conversation.messages.filter((each) => !each?.private && CHATWOOT_ROLES[each?.message_type] && isText(each.content));
  const said = spoken.map((each) => ({ role: roleOf(each), text: each.content }));
  return { about: conversation.id, said, inserts: false };
}

const roleOf = ({ message_type: kind, sender }) => (kind === 1 && sender?.type === 'agent_bot' ? 'bot' : CHATWOOT_ROLES[kind]);

/** As the service takes it, up to the customer's last message: the newest `most` messages, `longest` characters in all. */
export function upToCustomer(said, { most, longest }) {
  const kept = [];
  let left = longest;
  const end = said.findLastIndex(({ role, text }) => role === 'customer' && text.trim());
  for (let at = end; at >= 0 && kept.length < most && left > 0; at -= 1) {
    const text = said[at].text.slice(0, left).toWellFormed();
    left -= text.length;
    if (text.trim()) kept.unshift({ role: said[at].role, text });
  }
  return kept;
}
