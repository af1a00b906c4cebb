// Owns noticing that a reply asks for what the customer gave already. Refuses to stop anybody: it warns.
const ASKS = {
  order: /\border\s*(?:number|no\b|id\b|reference|#)|\b(?:which|what) order\b/i,
  email: /\be-?mail\b/i,
  phone: /\b(?:phone|mobile|telephone|contact|callback)\s*(?:number|no\b)|\bnumber (?:can|may|should|to|we can) (?:I |we )?(?:call|reach)/i,
  product: /\b(?:which|what)\s+(?:[\w-]+\s+){0,2}(?:products?|devices?|models?|camera|hub|lock|doorbell|thermostat)\b|\bproduct name\b/i,
  region: /\b(?:which|what)\s+(?:country|region)\b|\bcountry (?:are|do) you\b|\bwhere (?:are you|do you live)\b|\byour (?:country|region)\b/i,
  plan: /\b(?:which|what)\s+(?:plan|subscription)\b|\byour (?:current )?(?:plan|subscription)\b/i,
  error_code: /\berror (?:code|message)\b|\b(?:which|what) (?:code|error)\b/i,
  date: /\bwhen did you (?:buy|order|purchase|receive)\b|\b(?:date of purchase|purchase date|order date)\b/i,
};
const ASKING = /\?|\b(?:tell (?:me|us)|send (?:me|us)|share|provide|confirm|give (?:me|us)|let (?:me|us) know|(?:I|we)(?:'ll| will)? need (?:your|the)|could (?:you|I|we)|can (?:you|I|we) (?:have|get)|may (?:I|we))\b/i;

export function askedAgain(text, facts) {
  const sentences = text.split(/(?<=[.!?])\s+|\n+/).filter((sentence) => ASKING.test(sentence));
  return facts.filter((fact) => ASKS[fact.kind] && sentences.some((sentence) => ASKS[fact.kind].test(sentence)));
}

export function givenFacts() {
  return [...document.querySelectorAll('#packet [data-fact]')].map((node) => ({
    kind: node.dataset.fact,
    name: node.dataset.name,
    value: node.dataset.value,
  }));
}
