// Owns the demo shop's two buttons: the basket's count, and opening the chat as any website may.
let basket = 0;
addEventListener("click", (event) => {
  if (event.target.closest("[data-add]")) document.getElementById("basket").textContent = String(++basket);
  if (event.target.closest("[data-chat]")) postMessage({ answerdesk: "open" }, location.origin);
});
